/** Tests run the sources as they are: swc turns each file into CommonJS for jest, Node 24 does the rest. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testTimeout: 60_000,
  // Most of the time is spent by engines and twins, in processes of their own.
  maxWorkers: 2,
  globalSetup: "<rootDir>/test/run-begins.ts",
  globalTeardown: "<rootDir>/test/run-ends.ts",
  setupFilesAfterEnv: ["<rootDir>/test/inspector.ts"],
  testSequencer: "<rootDir>/test/longest-first.cjs",
  modulePathIgnorePatterns: ["<rootDir>/bench/cdk/", "<rootDir>/.order-queue/"],
  // p-map and commander are ES modules alone.
  transformIgnorePatterns: ["/node_modules/(?!(?:p-map|commander)/)"],
  transform: {
    "\\.ts$|/node_modules/(?:p-map|commander)/": [
      "@swc/jest",
      {
        jsc: { target: "es2024", parser: { syntax: "typescript" } },
        module: { type: "commonjs", importInterop: "node" },
      },
    ],
  },
};
