import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { serve } from "../../../../../twin/pulumi/server.ts";
import { aws } from "../../../../../twin/services/resources.ts";
import { startTestCloud } from "../../../twin/cloud.ts";

const main = join(import.meta.dirname, "../../../../twin/conformance/main.ts");
const folder = mkdtempSync(join(tmpdir(), "conformance-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, error };
}

/** A plugin file that says the port of a provider which runs already, or ends at once. */
function plugin(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test("the twin as the official plugin has no difference from itself", async () => {
  const test = await startTestCloud();
  const served = await serve(aws, test.cloud);
  const file = plugin("pulumi-resource-aws", `echo ${served.port}\nexec sleep 600`);
  expect(await run("--plugin", file, "--sample", "1")).toEqual({
    code: 0,
    out: expect.stringMatching(/^1\d\d resources, 0 known differences, 0 others\n$/),
    error: "",
  });
  served.close();
  await test.close();
}, 150_000);

test("a plugin that does not start is an error, and so is a wrong call", async () => {
  const file = plugin("pulumi-resource-tls", "exit 3");
  expect(await run("--plugin", file)).toEqual({
    code: 1,
    out: "",
    error: `${file} ended with 3 before it printed its port\n`,
  });
  expect(await run()).toMatchObject({ code: 2, error: expect.stringContaining("--plugin: expected the path of") });
  expect(await run("--plugin", file, "--sample", "0")).toMatchObject({
    code: 2,
    error: "--sample is 0: expected 1 or more\n",
  });
  expect(await run("--plugin", join(folder, "pulumi-resource-docker"))).toMatchObject({
    code: 1,
    error: expect.stringContaining("ENOENT"),
  });
}, 60_000);
