import { join } from "node:path";
import { LogFile } from "../../containers/log.ts";
import type { Log } from "../../core/log.ts";
import type { Properties, Store } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Session, Verdict } from "../ports.ts";
import { tokens } from "./tokens.ts";

/** A connection that a security group refused: of a container's network interface, in the direction of its first packet. */
export interface RefusedFlow {
  taskId: string;
  /** Private IPv4 address of the container. */
  address: string;
  subnetId: string;
  direction: "in" | "out";
  /** At the other end of one that goes out, at the container of one that comes in. */
  port: number;
}

interface FlowRecordsSettings {
  account: string;
  /** Of the twin. */
  directory: string;
  now: () => number;
  log: Log;
}

interface Permissions {
  authorize(session: Session, action: string, resource: string): Promise<Verdict>;
  authorizeService(
    service: string,
    action: string,
    resource: string,
    policy: string | undefined,
    context: Record<string, string>,
  ): Promise<Verdict>;
}

/**
 * What a VPC's flow log writes of a refused connection, where its role lets it: one record for each, until it passes again.
 * What is not known here is `-`, as on AWS. Not modelled: traffic that passes, interfaces other than those of containers, the
 * other end's address, packets and bytes, and the ten minutes for which AWS collects.
 * Source: VPC user guide, "Flow log records".
 */
export class FlowRecords {
  readonly #parts: { store: Store; view: View; iam: Permissions };
  readonly #settings: FlowRecordsSettings;

  constructor(parts: { store: Store; view: View; iam: Permissions }, settings: FlowRecordsSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  /** Writes it into the log group of each flow log of its VPC. */
  async write(flow: RefusedFlow): Promise<void> {
    const { view } = this.#parts;
    const subnet = view.list(tokens.subnet).find(({ id }) => id === flow.subnetId);
    for (const { outputs, region } of view.list(tokens.flowLog))
      if (outputs.vpcId === subnet?.outputs.vpcId && outputs.trafficType !== "ACCEPT")
        await this.#into(outputs, region, flow);
  }

  async #into(flowLog: Properties, region: string, { taskId, address, direction, port }: RefusedFlow): Promise<void> {
    const { store } = this.#parts;
    const { account, directory, now, log } = this.#settings;
    const group = String(flowLog.logDestination).split(":")[6] ?? "";
    const face = `eni-${taskId.slice(0, 17)}`;
    const stream = `${face}-reject`;
    const refusal = await this.#refusal(flowLog, region, `${flowLog.logDestination}:log-stream:${stream}`);
    if (refusal !== undefined) return log("a flow log could not write", { flowLog: flowLog.arn, reason: refusal });
    const [from, to] = direction === "in" ? ["-", address] : [address, "-"];
    const second = Math.floor(now() / 1000);
    const file = join(directory, "logs", `${group}-${stream}.log`);
    new LogFile(file).append(`2 ${account} ${face} ${from} ${to} - ${port} 6 - - ${second} ${second} REJECT OK`);
    store.write("log-stream", `${group}/${stream}`, { region, group, stream, file });
  }

  /** Why the role cannot be taken, or may not write; undefined where it may. */
  async #refusal({ arn, iamRoleArn }: Properties, region: string, streamArn: string): Promise<string | undefined> {
    const { view, iam } = this.#parts;
    const trust: string | undefined = view.byArn("aws:iam/role:Role", iamRoleArn)?.outputs.assumeRolePolicy;
    const context = { "aws:SourceAccount": this.#settings.account, "aws:SourceArn": arn };
    const service = "vpc-flow-logs.amazonaws.com";
    const taken = await iam.authorizeService(service, "sts:AssumeRole", iamRoleArn, trust, context);
    if (!taken.allowed) return taken.message;
    const session = { roleArn: iamRoleArn, name: "flow-logs", region };
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
      const verdict = await iam.authorize(session, action, streamArn);
      if (!verdict.allowed) return verdict.message;
    }
    return undefined;
  }
}
