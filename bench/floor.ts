/**
 * `node floor.ts STATE`: what any preview of three stacks takes at the least. Three engines at once with a program that
 * registers nothing, on the backend and with the key of the twin at STATE, and @pulumi/aws loaded once.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { exampleProvider, findLocation } from "../release/workspace/location.ts";
import { processEnvironment, pulumiCommand } from "../release/workspace/stack.ts";
import { stacks } from "../stacks/registry.ts";

const state = process.argv[2] ?? "";
const location = await findLocation(state);
const workDir = join(state, "floor");
mkdirSync(workDir, { recursive: true });
const workspace = await LocalWorkspace.create({
  workDir,
  projectSettings: { name: "floor", runtime: "nodejs" },
  secretsProvider: exampleProvider,
  envVars: processEnvironment(location),
  pulumiCommand: await pulumiCommand(location.engine),
  program: async () => {},
});
await Promise.all([
  import("@pulumi/aws"),
  ...stacks.map(async ({ name }) => (await Stack.createOrSelect(name, workspace)).preview()),
]);
