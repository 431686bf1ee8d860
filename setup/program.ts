/**
 * What the program registers in each stack, found by running it without an engine, as a preview: for pages that are made
 * from it.
 */
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readStackFile } from "../stacks/files.ts";
import { program } from "../stacks/program.ts";
import { settingsFile } from "../stacks/settings.ts";

const root = dirname(import.meta.dirname);

/** One resource as the engine would be told of it; what only AWS knows is missing from its inputs. */
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

/**
 * Runs the program for a stack with the settings of its file. One run at a time: Pulumi keeps its settings in one place
 * for a whole process.
 */
export async function runProgram(stack: string): Promise<Run> {
  const resources: Registered[] = [];
  const functions = new Set<string>();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, id }) {
        if (/^(aws|docker|tls|pulumi-nodejs):/.test(type)) resources.push({ type, name, inputs });
        return { id: id || `${name}-id`, state: inputs };
      },
      call({ token, inputs }) {
        functions.add(token);
        return inputs;
      },
    },
    "order-queue",
    stack,
    true,
    "organization",
  );
  pulumi.runtime.setAllConfig(readStackFile(root, settingsFile(stack)));
  await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect();
  return { resources, functions: [...functions] };
}
