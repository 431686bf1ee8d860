import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { newEntry, newStackFile, withEntry } from "../../../../../release/operate/init/new-stack.ts";
import { readStackFiles } from "../../../../../stacks/files.ts";
import type { StackEntry } from "../../../../../stacks/registry.ts";
import { parseSettings } from "../../../../../stacks/settings-parser.ts";
import { stacks } from "../../fake/stacks.ts";

const root = resolve(import.meta.dirname, "../../../../..");
const read = (name: string) => readFileSync(join(root, name), "utf8");
const settings = readStackFiles(root);

describe("the entry of a new stack", () => {
  test("has the first part of its region as a name, and a wave of its own after the others", () => {
    expect(newEntry({ stacks }, "us-east-1")).toEqual({
      name: "prod-us",
      role: "production",
      region: "us-east-1",
      wave: 3,
    });
  });

  test("has all of its region where that is taken, or the name that was asked for", () => {
    expect(newEntry({ stacks }, "eu-central-1").name).toBe("prod-eu-central-1");
    expect(newEntry({ stacks }, "eu-central-1", "prod-de").name).toBe("prod-de");
  });

  test.each([
    [
      "virginia",
      undefined,
      "virginia is no AWS region: expected one like us-east-1. Fix: npx order-queue init us-east-1",
    ],
    ["eu-west-1", undefined, "prod-eu is in eu-west-1 already. Fix: for a second stack there, add --stack NAME"],
    ["us-east-1", "prod-au", "There is a stack prod-au already. Fix: name the new one with --stack NAME"],
    [
      "us-east-1",
      "US",
      "US is no name of a stack: expected lower-case letters, digits and hyphens. Fix: --stack prod-us",
    ],
  ])("of %s and %s is refused", (region, name, message) => {
    expect(() => newEntry({ stacks }, region, name)).toThrow(message);
  });
});

describe("the file of a new stack", () => {
  const entry: StackEntry = { name: "prod-us", role: "production", region: "us-east-1", wave: 3 };
  const text = newStackFile(read("Pulumi.prod-eu.yaml"), entry, { stacks, settings });

  test("has settings that are accepted: region, domain and network of its own, and one store", () => {
    const { config } = parse(text) as { config: Record<string, unknown> };
    const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, asText(value)]));
    const made = parseSettings({ stack: entry, file: "Pulumi.prod-us.yaml", values, secrets: [] });
    expect(made).toEqual({
      ...settings.get("prod-eu"),
      ...{ region: "us-east-1", domain: "us.orderhub.example", cidr: "10.3.0.0/16" },
      stores: [
        {
          ...{ name: "example", hostname: "example.us.orderhub.example", erp: "https://erp.example.example/orders" },
          ...{ aliases: [], inSequence: false },
        },
      ],
    });
  });

  test("keeps the comment and the secrets provider, and no key of another stack", () => {
    expect(text).toMatch(/^# What each setting means and may be: stacks\/settings\.ts\.$/m);
    expect(parse(text).secretsprovider).toBe(parse(read("Pulumi.prod-eu.yaml")).secretsprovider);
    expect(text).not.toMatch(/encryptedkey|encryptionsalt/);
  });
});

test("the registry gets one line, at the end of its list", () => {
  const entry: StackEntry = { name: "prod-us", role: "production", region: "us-east-1", wave: 3 };
  const before = read("stacks/registry.ts");
  const line = '  { name: "prod-us", role: "production", region: "us-east-1", wave: 3 },';
  const after = withEntry(before, entry);
  expect(after.split("\n").filter((one) => !before.split("\n").includes(one))).toEqual([line]);
  expect(after).toContain(`${line}\n];`);
  expect(() => withEntry("const stacks = [];", entry)).toThrow(`Fix: add there manually: ${line.trim()}`);
});
