/**
 * `node floor.ts STATE`: what any preview of three stacks takes at the least. Three engines at once with a program that
 * registers nothing, on the backend and with the key of the twin at STATE, and @pulumi/aws loaded once.
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { exampleProvider, findLocation } from "../release/workspace/location.ts";
import { processEnvironment } from "../release/workspace/stack.ts";
import { stacks } from "../stacks/registry.ts";

const state = process.argv[2] ?? "";
const location = await findLocation(state);
const workDir = join(state, "floor");
mkdirSync(workDir, { recursive: true });
const { engine } = location;
const workspace = await LocalWorkspace.create({
  workDir,
  projectSettings: { name: "floor", runtime: "nodejs" },
  secretsProvider: exampleProvider,
  envVars: processEnvironment(location),
  pulumiCommand: await PulumiCommand.get(engine.source === "PATH" ? {} : { root: dirname(engine.binDirectory) }),
  program: async () => {},
});
await Promise.all([
  import("@pulumi/aws"),
  ...stacks.map(async ({ name }) => (await Stack.createOrSelect(name, workspace)).preview()),
]);
