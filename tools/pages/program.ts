/**
 * What the program registers in each stack, found by running it without an engine, as a preview: for pages that are made
 * from it.
 */
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { LastUpdate } from "../../stacks/domains.ts";
import { readStackFile, readStackFiles } from "../../stacks/files.ts";
import { emptyLedger, enterImage } from "../../stacks/ledger.ts";
import { program } from "../../stacks/program.ts";
import { settingsFile } from "../../stacks/settings.ts";
import { runMocked } from "./mock-run.ts";

const root = dirname(dirname(import.meta.dirname));

/** One resource as the engine would receive it; what only AWS knows is missing from its inputs. */
export interface Registered {
  /** E.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs differ from type to type
  readonly inputs: Record<string, any>;
}

export interface Run {
  readonly resources: readonly Registered[];
  /** Functions of the providers that the program calls, e.g. `aws:route53/getZone:getZone`. */
  readonly functions: readonly string[];
}

/** Runs the program for a stack with the settings of its file. */
export async function runProgram(stack: string): Promise<Run> {
  const resources: Registered[] = [];
  const functions = new Set<string>();
  const outputs = { pending: askedFor(stack), ledger: enterImage(emptyLedger, anotherImage) };
  await runMocked(
    stack,
    {
      newResource({ type, name, inputs, id }) {
        if (/^(aws|docker|tls|pulumi-nodejs):/.test(type)) resources.push({ type, name, inputs });
        const state = type === "pulumi:pulumi:StackReference" ? { ...inputs, outputs } : inputs;
        return { id: id || `${name}-id`, state };
      },
      call({ token, inputs }) {
        functions.add(token);
        return { ...inputs, imageIds: [], zoneId: `zone of ${inputs.name}`, arn: `arn of ${inputs.name}` };
      },
    },
    () => {
      pulumi.runtime.setAllConfig(readStackFile(root, settingsFile(stack)));
      return program();
    },
    { preview: true },
  );
  return { resources, functions: [...functions] };
}

/** As after a first update: from then on the program asks the registry for the images that it holds. */
const anotherImage = { release: "another", digest: `sha256:${"0".repeat(64)}` };

/** As after a first update, when a store's own domain waits for its certificate: from then on the program asks for that. */
function askedFor(stack: string): LastUpdate["pending"] {
  const stores = readStackFiles(root).get(stack)?.stores ?? [];
  return stores.map(({ name, hostname }) => ({ store: name, hostname, certificate: "", publish: [] }));
}
