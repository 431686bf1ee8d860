import config from "../../jest.config.mjs";

/** Unit tests alone, without sockets and without the engine: they run once per mutant. */
const tests = ["test/stacks", "test/release", "test/service"];

const { globalSetup: _, globalTeardown: __, testSequencer: ___, ...base } = config;

export default {
  ...base,
  rootDir: "../..",
  roots: ["stacks", "release", "service", ...tests].map((folder) => `<rootDir>/${folder}`),
  testMatch: [
    "<rootDir>/test/stacks/{the-gate,what-a-stack}*.test.ts",
    "<rootDir>/test/release/{parity,hazards,normal,a-plan-that-breaks,operations}*.test.ts",
    "<rootDir>/test/service/fate.test.ts",
  ],
  testEnvironment: "@stryker-mutator/jest-runner/jest-env/node",
};
