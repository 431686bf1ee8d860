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
    "<rootDir>/test/unit/release/checks/{parity,operation-parity,same-identity,shared-record,lost-*,missing-replica}.test.ts",
    "<rootDir>/test/unit/release/plan/{compare,normalised-names,operations}*.test.ts",
    "<rootDir>/test/unit/service/retry-policy.test.ts",
  ],
  testEnvironment: "@stryker-mutator/jest-runner/jest-env/node",
};
