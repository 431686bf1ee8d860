/**
 * The program: one for all stacks. The engine calls it for `pulumi preview`, `up` and the like; it is also an inline
 * program of the Automation API, several at once in a process, so it keeps nothing between calls.
 */
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Region } from "../infra/region.ts";
import { fingerprint } from "./fingerprint.ts";
import { findImage, provideImage } from "./image.ts";
import { stackOutputs } from "./outputs.ts";
import { findStack } from "./registry.ts";
import { parseSettings, type Settings, settingsFile } from "./settings.ts";

const root = path.resolve(import.meta.dirname, "..");

export default async function program() {
  const stack = findStack(pulumi.getStack());
  const settings = parseSettings({ stack, file: settingsFile(stack.name), values: pulumi.runtime.allConfig() });
  const release = fingerprint(root);
  const found = await findImage(stack, release);

  const provider = createProvider(stack.name, settings);
  const image = provideImage({ stack, settings, release, found, context: path.join(root, "service"), provider });
  const region = new Region(stack.name, { ...settings, release, digest: image.digest }, { provider });

  return stackOutputs({ settings, release, image, region });
}

/** Every resource's provider, pinned to one region and one account: the defaults of a shell or profile decide nothing. */
function createProvider(stack: string, { region, account }: Settings): aws.Provider {
  return new aws.Provider("aws", {
    region: region as aws.Region,
    allowedAccountIds: [account],
    defaultTags: { tags: { project: pulumi.getProject(), stack } },
  });
}
