import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { passGate } from "../../../stacks/enforce-gate.ts";
import { decide } from "../../../stacks/gate.ts";
import { provideImage } from "../../../stacks/image.ts";
import { emptyLedger, enterImage, enterVerified, type Ledger } from "../../../stacks/ledger.ts";
import { readRecords } from "../../../stacks/records.ts";
import { findStack } from "../../../stacks/registry.ts";
import type { BreakGlass, Settings } from "../../../stacks/settings.ts";

const release = "0123456789ab";
const digest = `sha256:${"a".repeat(64)}`;

const proved = (image: string, of = release): Ledger =>
  enterVerified(emptyLedger, { release: of, image, commit: "c", dirty: false, at: "now", checks: 4 });

interface Case {
  preview?: boolean;
  breakGlass?: BreakGlass;
  /** What the stack said of itself, where it is not staging. */
  own?: object;
  /** Images that the registry holds. */
  pushed?: { imageTag: string; imageDigest: string }[];
}

/** Lets a stack through the gate and provides its image, staging's outputs being given. */
async function choose(
  name: string,
  stagingOutputs: object,
  { preview = false, breakGlass, own = {}, pushed = [] }: Case = {},
) {
  const read: string[] = [];
  const types: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, id }) {
        types.push(type);
        if (type === "pulumi:pulumi:StackReference") {
          read.push(inputs.name);
          const outputs = inputs.name.endsWith("/staging") ? stagingOutputs : own;
          return { id: id ?? name, state: { ...inputs, outputs } };
        }
        return { id: `id-${name}`, state: { ...inputs, repoDigest: `repository@${digest}` } };
      },
      call: () => ({ userName: "AWS", password: "token", imageIds: pushed }),
    },
    "order-queue",
    name,
    preview,
    "organization",
  );
  const stack = findStack(name);
  const settings = {
    account: "123456789012",
    region: "ap-southeast-2",
    deletionProtection: true,
    uncommitted: false,
    breakGlass,
    freeze: [] as Settings["freeze"],
  } as Settings;
  const records = await readRecords(stack);
  const verdict = decide({ stack, settings, release, commit: { commit: "c", dirty: false }, records, now: 0 });
  await passGate(stack, verdict);
  const provider = new aws.Provider("aws", { region: "ap-southeast-2" });
  const image = await provideImage({ stack, settings, release, records, verdict, context: "/service", provider });
  const output = image as unknown as { promise(): Promise<string>; isKnown: Promise<boolean> };
  const [chosen, known] = await Promise.all([output.promise(), output.isKnown]);
  await pulumi.runtime.disconnect();
  return { read, types, chosen, known };
}

describe("production", () => {
  it.each(["prod-au", "prod-eu"])("as %s takes the digest that staging verified the release with", async (name) => {
    const { read, types, chosen } = await choose(name, { ledger: proved(digest) });
    expect(read.sort()).toEqual([`organization/order-queue/${name}`, "organization/order-queue/staging"].sort());
    expect(chosen).toBe(digest);
    expect(types).not.toContain("docker:index/image:Image");
  });

  it("is refused, before anything is registered, what staging has built but not verified", async () => {
    const ledger = enterImage(proved(digest, "ba9876543210"), { release, digest });
    await expect(choose("prod-au", { ledger })).rejects.toThrow(
      "prod-au: staging has not verified release 0123456789ab. No resources were changed. Fix: npx order-queue release",
    );
  });

  it("may be previewed before staging has verified it, with a warning and a digest that is not known", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation();
    try {
      const { known } = await choose("prod-au", {}, { preview: true });
      expect(known).toBe(false);
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn.mock.calls[0]?.[0]).toContain(
        "prod-au: staging has not verified release 0123456789ab. An update would be refused. Fix: npx order-queue release",
      );
    } finally {
      warn.mockRestore();
    }
  });

  it("keeps its containers as they are where glass is broken for a release that was not built", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation();
    try {
      const breakGlass = { release, reason: "the certificate of AU is broken" };
      const own = { release: "ba9876543210", image: digest, ledger: proved(digest, "ba9876543210") };
      expect((await choose("prod-au", {}, { breakGlass, own })).chosen).toBe(digest);
      expect(warn.mock.calls[0]?.[0]).toContain("the certificate of AU is broken");
      await expect(choose("prod-au", {}, { breakGlass })).rejects.toThrow(
        /No image of release 0123456789ab was ever built/,
      );
    } finally {
      warn.mockRestore();
    }
  });
});

describe("staging", () => {
  it("builds the image of a release at its first update", async () => {
    const { types, chosen } = await choose("staging", {});
    expect(types).toContain("docker:index/image:Image");
    expect(chosen).toBe(digest);
  });

  it("returns to a release with the digest that it had", async () => {
    const before = `sha256:${"b".repeat(64)}`;
    const ledger = enterImage(enterImage(emptyLedger, { release, digest: before }), {
      release: "ba9876543210",
      digest,
    });
    const { types, chosen } = await choose("staging", { ledger });
    expect(chosen).toBe(before);
    expect(types.filter((type) => type.includes("docker"))).toEqual([]);
  });

  it("takes an image that the registry holds of a release that was never verified: its tag cannot be pushed again", async () => {
    const ledger = proved(digest, "ba9876543210");
    const images = enterImage(ledger, { release: "ba9876543210", digest });
    const pushed = [
      { imageTag: "ba9876543210", imageDigest: digest },
      { imageTag: release, imageDigest: `sha256:${"c".repeat(64)}` },
    ];
    const { types, chosen } = await choose("staging", { ledger: images }, { pushed });
    expect(chosen).toBe(`sha256:${"c".repeat(64)}`);
    expect(types.filter((type) => type.includes("docker"))).toEqual([]);
    expect((await choose("staging", { ledger: images })).types).toContain("docker:index/image:Image");
  });
});
