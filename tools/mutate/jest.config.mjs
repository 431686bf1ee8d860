import { project } from "../../jest.config.mjs";

const { displayName: _, testMatch: __, globalSetup: ___, globalTeardown: ____, ...base } = project("unit");

/** How jest runs unit tests once per mutant; settings.ts adds which. */
export default {
  ...base,
  rootDir: "../..",
  testEnvironment: "@stryker-mutator/jest-runner/jest-env/node",
};
