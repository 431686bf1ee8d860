import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Properties } from "../../core/store.ts";
import { accessLogLine, type Request } from "./access-log-line.ts";

/** Who writes, in a bucket's policy (elasticloadbalancing/latest/application/enable-access-logging.html). */
export const logDelivery = "logdelivery.elasticloadbalancing.amazonaws.com";
const intervalMs = 5 * 60_000;

/** Where a load balancer's logs go: its attribute `access_logs.s3`. */
export interface Place {
  bucket: string;
  prefix?: string;
  account: string;
}

/** The key of something that ELB writes for an account. */
export function keyOf({ prefix, account }: Place, rest: string): string {
  return `${prefix ? `${prefix}/` : ""}AWSLogs/${account}/${rest}`;
}

/** S3: takes what AWS's own services write. */
export interface Bucket {
  /** @throws AwsError AccessDenied */
  put(service: string, bucket: string, key: string, body: string | Buffer): Promise<void>;
}

/**
 * The access logs of load balancers, one compressed file of each every five minutes, in AWS's format and under AWS's
 * keys; the rest when the twin ends. A twin that is killed loses what was not yet written: on AWS, too, delivery is best
 * effort. Not modelled: a file of each node, connection logs.
 */
export class AccessLogs {
  readonly #s3: Bucket;
  readonly #account: string;
  readonly #now: Clock;
  readonly #log: Log;
  /** Lines not yet written, by load balancer. */
  readonly #lines = new Map<string, { balancer: Properties; region: string; lines: string[] }>();
  readonly #timer: NodeJS.Timeout;
  #interval: number;

  constructor(s3: Bucket, account: string, now: Clock, log: Log) {
    this.#s3 = s3;
    this.#account = account;
    this.#now = now;
    this.#log = log;
    this.#interval = Math.floor(now() / intervalMs);
    this.#timer = setInterval(() => this.tick(), 1000);
  }

  /** @param balancer outputs of the load balancer */
  record(balancer: Properties, region: string, request: Request): void {
    if (!balancer.accessLogs?.enabled) return;
    const kept = this.#lines.get(balancer.arn) ?? { balancer, region, lines: [] };
    kept.lines.push(accessLogLine(request));
    this.#lines.set(balancer.arn, kept);
  }

  /** Writes what is due when an interval has ended since the last call. */
  tick(): void {
    const interval = Math.floor(this.#now() / intervalMs);
    if (interval === this.#interval) return;
    this.#interval = interval;
    void this.#write(interval * intervalMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write(this.#now());
  }

  async #write(end: number): Promise<void> {
    const due = [...this.#lines.values()];
    this.#lines.clear();
    for (const { balancer, region, lines } of due) {
      const { bucket, prefix } = balancer.accessLogs;
      const key = keyOf({ bucket, prefix, account: this.#account }, this.#file(balancer, region, end));
      try {
        await this.#s3.put(logDelivery, bucket, key, gzipSync(`${lines.join("\n")}\n`));
      } catch (error) {
        this.#log("an access log could not be written", { bucket, key, error: (error as Error).message });
      }
    }
  }

  #file({ arnSuffix }: Properties, region: string, end: number): string {
    const [date = "", time = ""] = new Date(end).toISOString().split("T");
    const minute = `${date.replaceAll("-", "")}T${time.slice(0, 5).replace(":", "")}Z`;
    const id = String(arnSuffix).replaceAll("/", ".");
    const random = randomBytes(6).toString("base64url").replace(/[-_]/g, "0");
    return (
      `elasticloadbalancing/${region}/${date.replaceAll("-", "/")}/` +
      `${this.#account}_elasticloadbalancing_${region}_${id}_${minute}_127.0.0.1_${random}.log.gz`
    );
  }
}
