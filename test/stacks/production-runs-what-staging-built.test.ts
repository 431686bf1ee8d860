import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { findImage, provideImage } from "../../stacks/image.ts";
import { findStack } from "../../stacks/registry.ts";
import type { Settings } from "../../stacks/settings.ts";

const release = "0123456789ab";
const digest = `sha256:${"a".repeat(64)}`;
const settings = { account: "123456789012", region: "ap-southeast-2", deletionProtection: true } as Settings;

/** Runs the choice of image for a stack, staging's outputs being given. */
async function choose(name: string, stagingOutputs: object, preview = false) {
  const read: string[] = [];
  const types: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, id }) {
        types.push(type);
        if (type === "pulumi:pulumi:StackReference") {
          read.push(inputs.name);
          return { id: id ?? name, state: { ...inputs, outputs: stagingOutputs } };
        }
        return { id: `id-${name}`, state: { ...inputs, repoDigest: `repository@${digest}` } };
      },
      call: () => ({ userName: "AWS", password: "token" }),
    },
    "order-queue",
    name,
    preview,
    "organization",
  );
  const stack = findStack(name);
  const found = await findImage(stack, release);
  const provider = new aws.Provider("aws", { region: "ap-southeast-2" });
  const image = provideImage({ stack, settings, release, found, context: "/service", provider });
  const [chosen, images, known] = await Promise.all([
    value(image.digest),
    value(image.images),
    (image.digest as unknown as { isKnown: Promise<boolean> }).isKnown,
  ]);
  await pulumi.runtime.disconnect();
  return { read, types, chosen, images, known };
}

function value<T>(output: pulumi.Output<T> | undefined): Promise<T | undefined> {
  return (output as unknown as { promise(): Promise<T> } | undefined)?.promise() ?? Promise.resolve(undefined);
}

describe("production", () => {
  it.each(["prod-au", "prod-eu"])("as %s takes the digest that staging recorded for the release", async (name) => {
    const { read, types, chosen, images } = await choose(name, { images: [{ release, digest }] });
    expect(read).toEqual(["organization/order-queue/staging"]);
    expect(chosen).toBe(digest);
    expect(images).toBeUndefined();
    expect(types).not.toContain("docker:index/image:Image");
  });

  it("is refused, before anything is registered, what staging has not built", async () => {
    const chosen = choose("prod-au", { images: [{ release: "ba9876543210", digest }] });
    await expect(chosen).rejects.toThrow(
      "staging has built no image of release 0123456789ab; nothing was registered: " +
        "run pulumi up -s staging of the same files first, then prod-au again.",
    );
  });

  it("may be previewed before staging has built it, with a warning and a digest that is not known", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation();
    try {
      const { known } = await choose("prod-au", {}, true);
      expect(known).toBe(false);
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn.mock.calls[0]?.[0]).toContain(
        "staging has built no image of release 0123456789ab; an update would be refused: " +
          "run pulumi up -s staging of the same files first, then prod-au again.",
      );
    } finally {
      warn.mockRestore();
    }
  });
});

describe("staging", () => {
  it("builds the image of a release at its first update, and records it", async () => {
    const { types, chosen, images } = await choose("staging", {});
    expect(types).toContain("docker:index/image:Image");
    expect(chosen).toBe(digest);
    expect(images).toEqual([{ release, digest }]);
  });

  it("goes back to a release with the digest that it had, and keeps the record of the others", async () => {
    const before = `sha256:${"b".repeat(64)}`;
    const newer = { release: "ba9876543210", digest };
    const { chosen, images } = await choose("staging", { images: [newer, { release, digest: before }] });
    expect(chosen).toBe(before);
    expect(images).toEqual([{ release, digest: before }, newer]);
  });
});
