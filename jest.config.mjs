/**
 * Three projects by what their tests start: `unit` (pure functions, mocks, in-memory fakes), `integration` (sockets and
 * processes, no engine), `engine` (the real Pulumi engine). Tests run the sources as they are: swc turns each file into
 * CommonJS for jest, Node 24 does the rest.
 */
export const project = (/** @type {string} */ name) => ({
  displayName: name,
  testEnvironment: "node",
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  globalSetup: "<rootDir>/test/run-begins.ts",
  globalTeardown: "<rootDir>/test/run-ends.ts",
  modulePathIgnorePatterns: ["<rootDir>/bench/cdk/", "<rootDir>/.order-queue/"],
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  // p-map, commander and js-tokens 10 are ES modules alone.
  transformIgnorePatterns: ["/node_modules/(?!(?:p-map|commander|js-tokens)/)"],
  transform: {
    "\\.ts$|/node_modules/(?:p-map|commander|js-tokens)/": [
      "@swc/jest",
      {
        jsc: { target: "es2024", parser: { syntax: "typescript" } },
        module: { type: "commonjs", importInterop: "node" },
      },
    ],
  },
});

export default { testTimeout: 120_000, projects: ["unit", "integration", "engine"].map(project) };
