import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretPaths } from "../../../stacks/files.ts";

const root = mkdtempSync(join(tmpdir(), "stack-files-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("the encrypted values of a stack file", () => {
  it("are found at any depth, by their paths", () => {
    writeFileSync(
      join(root, "Pulumi.staging.yaml"),
      `encryptionsalt: v1:abc
config:
  order-queue:region: ap-southeast-2
  order-queue:alarmEmail:
    secure: v1:a
  order-queue:stores:
    - name: acme
      erp:
        secure: v1:b
    - name: bluegum
      aliases: [one, { secure: v1:c }]
`,
    );
    expect(secretPaths(root, "Pulumi.staging.yaml")).toEqual([
      "order-queue:alarmEmail",
      "order-queue:stores[0].erp",
      "order-queue:stores[1].aliases[1]",
    ]);
  });

  it("are none where there is no file", () => {
    expect(secretPaths(root, "Pulumi.prod-au.yaml")).toEqual([]);
  });
});
