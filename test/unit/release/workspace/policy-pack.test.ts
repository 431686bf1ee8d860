import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlugins } from "../../../../release/workspace/plugins.ts";
import { packFailure, packJudged } from "../../../../release/workspace/policy-pack.ts";

describe("why a policy pack could not be started is found in what the engine prints", () => {
  test.each([
    [
      'error: policy pack "/p/policy" failed to start: could not read plugin [policy]: exit status 32\n',
      'policy pack "/p/policy" failed to start: could not read plugin [policy]: exit status 32',
    ],
    [
      "error: could not start policy pack \"policy\" because the built-in analyzer plugin is missing: no language plugin 'pulumi-language-local' found",
      "could not start policy pack \"policy\" because the built-in analyzer plugin is missing: no language plugin 'pulumi-language-local' found",
    ],
    ['error: policy pack not found at "policy"', 'policy pack not found at "policy"'],
  ])("%s", (printed, why) => expect(packFailure(printed)).toBe(why));

  test("and not in a violation or in a failed resource", () => {
    expect(
      packFailure("error: preview failed\n[mandatory]  no-wildcard (aws:iam/rolePolicy:RolePolicy: x)"),
    ).toBeUndefined();
  });
});

test.each([
  [{ "order-queue|local|/p/policy": "0.1.0" }, true],
  [{ "order-queue": "v0.1.0" }, true],
  [{ "order-queue-other": "v0.1.0" }, false],
  [{}, false],
])("by the engine's summary %j the pack has judged: %s", (PolicyPacks, judged) => {
  const events = [{ summaryEvent: { PolicyPacks } }] as unknown as Parameters<typeof packJudged>[0];
  expect(packJudged(events)).toBe(judged);
});

test("a pack that throws when it is loaded is refused before any engine starts, with the reason", async () => {
  const root = mkdtempSync(join(tmpdir(), "order-queue-pack-"));
  try {
    for (const folder of ["policy", "stacks"]) mkdirSync(join(root, folder));
    symlinkSync(join(__dirname, "../../../../node_modules"), join(root, "node_modules"));
    writeFileSync(join(root, "policy", "index.js"), 'throw new Error("rule x is not there")');
    await expect(startPlugins(root, {})).rejects.toThrow(
      `${root}/policy: the policy pack could not be started, so no change was judged: rule x is not there. Fix: `,
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});
