/**
 * The last resource of a stack. It holds nothing on AWS: it runs its checks on every update, and an update whose checks
 * fail has failed, also where ECS has quietly gone back to the release before.
 */
import * as pulumi from "@pulumi/pulumi";
import { type Expected, type Report, verify } from "./verification-checks.ts";

export type { Report } from "./verification-checks.ts";

export type VerificationArgs = { readonly [Key in keyof Expected]: pulumi.Input<Expected[Key]> };

const provider: pulumi.dynamic.ResourceProvider<Expected, Expected & { report: Report }> = {
  async diff() {
    return { changes: true };
  },
  async create(expected) {
    return { id: "verification", outs: { ...expected, report: await verify(expected) } };
  },
  async update(_id, _before, expected) {
    return { outs: { ...expected, report: await verify(expected) } };
  },
};

export class Verification extends pulumi.dynamic.Resource {
  declare readonly report: pulumi.Output<Report>;

  constructor(name: string, args: VerificationArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, report: undefined }, opts, "order-queue", "Verification");
  }
}
