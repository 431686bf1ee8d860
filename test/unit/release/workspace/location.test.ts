import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../../../engine/engine.ts";
import { copyStackFiles, twinLocation } from "../../../../release/workspace/location.ts";
import { stackFiles } from "../../../../release/workspace/stack.ts";

const folder = mkdtempSync(join(tmpdir(), "order-queue-location-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a command that only reads works on copies of the stack files as they are now, beside the project's program", () => {
  const [project, copies] = [join(folder, "project"), join(folder, "state", "read-only")];
  mkdirSync(join(project, "stacks"), { recursive: true });
  writeFileSync(join(project, "stacks", "index.ts"), "export default 1;");
  for (const name of ["Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.prod-us.yaml", "package.json"])
    writeFileSync(join(project, name), name);

  expect(copyStackFiles(project, copies)).toBe(copies);
  writeFileSync(join(copies, "Pulumi.staging.yaml"), "with a salt");
  expect(readFileSync(join(project, "Pulumi.staging.yaml"), "utf8")).toBe("Pulumi.staging.yaml");

  rmSync(join(project, "Pulumi.prod-us.yaml"));
  copyStackFiles(project, copies);
  expect(readdirSync(copies).sort()).toEqual(["Pulumi.staging.yaml", "Pulumi.yaml", "stacks"]);
  expect(readFileSync(join(copies, "Pulumi.staging.yaml"), "utf8")).toBe("Pulumi.staging.yaml");
  expect(existsSync(join(copies, "stacks", "index.ts"))).toBe(true);
});

describe("on a twin", () => {
  const example = "secretsprovider: awskms://alias/order-queue-example?region=ap-southeast-2&awssdk=v2\n";
  const engine = { pulumi: "pulumi" } as Engine;
  /** The location of a project whose stack files end with the lines. */
  function locationOf(name: string, lines: string) {
    const project = join(folder, name);
    mkdirSync(join(project, "stacks"), { recursive: true });
    writeFileSync(join(project, "Pulumi.yaml"), "name: order-queue\n");
    for (const stack of ["staging", "prod-au", "prod-eu"])
      writeFileSync(join(project, `Pulumi.${stack}.yaml`), `config: {}\n${lines}`);
    return twinLocation(join(project, ".order-queue"), { pid: 1, api: "", environment: {} }, engine, project);
  }

  test("the engine works on the stack files themselves while they name the example's key", () => {
    expect(stackFiles(locationOf("example", `${example}encryptedkey: a\n`))).toBe(join(folder, "example"));
  });

  test.each([
    ["account", "secretsprovider: awskms://alias/order-queue-state?region=eu-central-1\nencryptedkey: a\n"],
    ["passphrase", "encryptionsalt: v1:abc\n"],
  ])("with a key of an account or a passphrase (%s), it works on copies that name the example's key", (name, lines) => {
    const copies = stackFiles(locationOf(name, lines));
    expect(copies).toBe(join(folder, name, ".order-queue", "stack-files"));
    expect(readFileSync(join(copies, "Pulumi.prod-eu.yaml"), "utf8")).toBe(`config: {}\n${example}`);
    expect(readFileSync(join(copies, "Pulumi.yaml"), "utf8")).toBe("name: order-queue\n");
    expect(readFileSync(join(folder, name, "Pulumi.prod-eu.yaml"), "utf8")).toBe(`config: {}\n${lines}`);
  });
});
