import { project } from "../../jest.config.mjs";

/** Unit tests alone, without sockets and without the engine: they run once per mutant. */
const tests = ["stacks", "release", "service"].map((folder) => `test/unit/${folder}`);

const { displayName: _, globalSetup: __, globalTeardown: ___, ...base } = project("unit");

export default {
  ...base,
  rootDir: "../..",
  roots: ["stacks", "release", "service", ...tests].map((folder) => `<rootDir>/${folder}`),
  testMatch: [
    "<rootDir>/test/unit/stacks/{gate,ledger}*.test.ts",
    "<rootDir>/test/unit/release/{parity,hazards,normal,operations}*.test.ts",
    "<rootDir>/test/unit/service/fate.test.ts",
  ],
  testEnvironment: "@stryker-mutator/jest-runner/jest-env/node",
};
