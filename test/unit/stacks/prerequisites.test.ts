import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { findPrerequisites } from "../../../stacks/prerequisites.ts";
import type { Settings } from "../../../stacks/settings.ts";

const store = (name: string, erpCredentials?: string) => ({ name, ...(erpCredentials && { erpCredentials }) });
const settings = {
  domain: "au.orderhub.example",
  region: "ap-southeast-2",
  stores: [
    store("acme", "order-queue/prod-au/acme"),
    { ...store("bluegum"), unsigned: "its platform cannot sign" },
    store("tulipan", "order-queue/prod-au/tulipan"),
  ],
} as unknown as Settings;

const inbound = ["order-queue/prod-au/acme/inbound", "order-queue/prod-au/tulipan/inbound"];

/** Looks it up where AWS has what `has` says: names of zones and secrets. `unlisted` secrets are too new for its list. */
async function find(has: readonly string[], { live = [] as string[], unlisted = [] as string[] } = {}) {
  const asked: object[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: `id-${name}`, state: inputs }),
      call({ token, inputs }) {
        asked.push({ [token]: inputs });
        if (token.endsWith(":getSecrets")) return { names: has };
        // As gRPC gives an invoke the provider's error.
        const details = `${inputs.name}: couldn't find resource`;
        if (![...has, ...unlisted].includes(inputs.name)) throw Object.assign(new Error(details), { details });
        return token.endsWith(":getZone") ? { zoneId: "Z1" } : { arn: `arn:secret:${inputs.name}-123456` };
      },
    },
    "order-queue",
    "prod-au",
  );
  const provider = new aws.Provider("aws", { region: "ap-southeast-2" });
  try {
    const where = { stack: "prod-au", file: "Pulumi.prod-au.yaml", live: new Set(live) };
    return { found: await findPrerequisites(where, settings, provider), asked };
  } finally {
    await pulumi.runtime.disconnect();
  }
}

test("the zone of the stack's domain and the secrets that its stores name are found, each by its name", async () => {
  const { found, asked } = await find([
    "au.orderhub.example",
    "order-queue/prod-au/acme",
    "order-queue/prod-au/tulipan",
    ...inbound,
  ]);
  expect(found).toEqual({
    withoutSecret: [],
    zoneId: "Z1",
    erpCredentials: [
      { store: "acme", secretArn: "arn:secret:order-queue/prod-au/acme-123456" },
      { store: "tulipan", secretArn: "arn:secret:order-queue/prod-au/tulipan-123456" },
    ],
  });
  expect(asked).toContainEqual({
    "aws:route53/getZone:getZone": { name: "au.orderhub.example", privateZone: false },
  });
});

test("all that is not there is named at once, by file, path and value, before anything is registered", async () => {
  const error = await find(["order-queue/prod-au/acme"]).then(
    () => undefined,
    (refused: Error) => refused,
  );
  expect(error?.name).toBe("SettingsError");
  const lines = error?.message.split("\n") ?? [];
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe("2 settings are wrong. No resources were changed:");
  expect(lines[1]).toMatch(
    /^ {2}Pulumi\.prod-au\.yaml order-queue:domain: expected the domain of one public hosted zone \(docs\/aws\.md; .*\), got "au\.orderhub\.example"$/,
  );
  expect(lines[2]).toMatch(
    /^ {2}Pulumi\.prod-au\.yaml order-queue:stores\[2\]\.erpCredentials: expected a secret of ap-southeast-2 \(docs\/aws\.md; .*\), got "order-queue\/prod-au\/tulipan"$/,
  );
});

describe("the secret by which a store's orders are signed", () => {
  const others = ["au.orderhub.example", "order-queue/prod-au/acme", "order-queue/prod-au/tulipan"];

  test("of a new store may come later", async () => {
    const { found } = await find([...others, inbound[0] ?? ""]);
    expect(found.withoutSecret).toEqual(["tulipan"]);
  });

  test("of a live store has to be there: its orders would be refused from this update on", async () => {
    await expect(find([...others, inbound[0] ?? ""], { live: ["acme", "bluegum", "tulipan"] })).rejects.toThrow(
      "1 setting is wrong. No resources were changed:\n" +
        "  Pulumi.prod-au.yaml order-queue:stores[2].name: expected a store whose secret to sign with exists, or unsigned with a " +
        'reason. Fix: npx order-queue store-secret tulipan --stack prod-au --yes, got "tulipan"',
    );
  });

  test("of a live store that AWS does not list yet is looked up by its name", async () => {
    const { found } = await find(others, { live: ["acme", "tulipan"], unlisted: inbound });
    expect(found.withoutSecret).toEqual([]);
  });
});
