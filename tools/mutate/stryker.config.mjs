/** Stryker's settings; tools/mutate/main.ts adds the files to mutate. */
export default {
  testRunner: "jest",
  plugins: ["@stryker-mutator/jest-runner"],
  jest: { configFile: "tools/mutate/jest.config.mjs", enableFindRelatedTests: false },
  // Of each mutant, the tests that run its line.
  coverageAnalysis: "perTest",
  concurrency: 2,
  timeoutMS: 30_000,
  tempDirName: ".order-queue/mutate",
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: ".order-queue/mutation.json" },
  ignorePatterns: ["/.order-queue", "/.git", "/docs/measured", "/bench/cdk"],
};
