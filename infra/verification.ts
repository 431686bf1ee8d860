/**
 * The last resource of a stack. It holds nothing on AWS: it runs its checks on every update, and an update whose checks
 * fail has failed, also where ECS has silently rolled back to the previous release.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Report } from "./verification-checks.ts";
import type { Question } from "./verification-provider.ts";

export type { AlarmCheck, Report } from "./verification-checks.ts";

export type VerificationArgs = { readonly [Key in keyof Omit<Question, "asked">]: pulumi.Input<Question[Key]> };

/**
 * What the engine's process for dynamic resources evaluates (@pulumi/pulumi/cmd/dynamic-provider): it loads the provider of
 * the project that is updated. That process works in the folder of the program, stacks/ (pulumi pkg/resource/plugin,
 * NewProvider: the context's Pwd). `pulumi.dynamic.Resource` would store the provider's
 * code instead: it loads a compiler and opens a debugger in every run of a program.
 */
const provider = `exports.handler = () => {
  const { resolve } = require("node:path");
  const { pathToFileURL } = require("node:url");
  const load = () => import(pathToFileURL(resolve("..", "infra", "verification-provider.ts")).href);
  return {
    create: async (...args) => (await load()).create(...args),
    update: async (...args) => (await load()).update(...args),
  };
};`;

/** The dynamic resource that runs the checks; an update whose checks fail has failed. */
export class Verification extends pulumi.CustomResource {
  declare readonly report: pulumi.Output<Report>;
  declare readonly asked: pulumi.Output<string>;
  /** Whether the checks ran in this update; in one that leaves them out, `report` is that of an earlier update. */
  readonly ran: pulumi.Output<boolean>;

  constructor(name: string, args: VerificationArgs, opts?: pulumi.CustomResourceOptions) {
    const asked = new Date().toISOString();
    const inputs = { ...args, asked, report: undefined, __provider: provider };
    super("pulumi-nodejs:dynamic/order-queue:Verification", name, inputs, opts);
    this.ran = this.asked.apply((answered) => answered === asked);
  }
}
