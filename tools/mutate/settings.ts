import { availableParallelism } from "node:os";
import { dirname } from "node:path/posix";

/**
 * Stryker's settings for one source (https://stryker-mutator.io/docs/stryker-js/configuration).
 *
 * @param tests paths from the project's root
 * @param folder for the sandbox and the report, as a path from the project's root
 */
export const strykerSettings = (source: string, tests: readonly string[], folder: string, colours: boolean) => ({
  mutate: [source],
  testRunner: "jest",
  plugins: ["@stryker-mutator/jest-runner"],
  jest: {
    configFile: "tools/mutate/jest.config.mjs",
    config: {
      roots: [...new Set(tests.map(dirname))].map((path) => `<rootDir>/${path}`),
      testMatch: tests.map((path) => `<rootDir>/${path}`),
    },
    enableFindRelatedTests: false,
  },
  // Of each mutant, the tests that run its line.
  coverageAnalysis: "perTest",
  // One processor stays free.
  concurrency: Math.max(1, availableParallelism() - 1),
  timeoutMS: 30_000,
  tempDirName: `${folder}/sandboxes`,
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: `${folder}/report.json` },
  ignorePatterns: ["/.order-queue", "/.git", "/docs/measured", "/bench/cdk"],
  logLevel: "warn",
  allowConsoleColors: colours,
  // The advice to leave out static mutants.
  warnings: { slow: false },
});
