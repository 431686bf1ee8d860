/**
 * The last resource of a stack. It holds nothing on AWS: it runs its checks on every update, and an update whose checks
 * fail has failed, also where ECS has silently rolled back to the previous release.
 */
import * as pulumi from "@pulumi/pulumi";
import { type Expected, type Report, verify } from "./verification-checks.ts";

export type { AlarmCheck, Report } from "./verification-checks.ts";

export type VerificationArgs = { readonly [Key in keyof Expected]: pulumi.Input<Expected[Key]> };

/** What should be found, and when the program asked: each update asks again, a refresh does not. */
interface Question extends Expected {
  /** ISO 8601. */
  readonly asked: string;
}

const provider: pulumi.dynamic.ResourceProvider<Question, Question & { report: Report }> = {
  async create(question) {
    return { id: "verification", outs: { ...question, report: await verify(question) } };
  },
  async update(_id, _before, question) {
    return { outs: { ...question, report: await verify(question) } };
  },
};

/** The dynamic resource that runs the checks; an update whose checks fail has failed. */
export class Verification extends pulumi.dynamic.Resource {
  declare readonly report: pulumi.Output<Report>;
  declare readonly asked: pulumi.Output<string>;
  /** Whether the checks ran in this update; in one that leaves them out, `report` is that of an earlier update. */
  readonly ran: pulumi.Output<boolean>;

  constructor(name: string, args: VerificationArgs, opts?: pulumi.CustomResourceOptions) {
    const asked = new Date().toISOString();
    super(provider, name, { ...args, asked, report: undefined }, opts, "order-queue", "Verification");
    this.ran = this.asked.apply((answered) => answered === asked);
  }
}
