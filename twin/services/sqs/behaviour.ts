import { EventEmitter } from "node:events";
import http, { type RequestListener } from "node:http";
import type { Connection } from "../../api/service.ts";
import { type Clock, realTime, type Time } from "../../core/clock.ts";
import { listen } from "../../core/listen.ts";
import type { Store } from "../../core/store.ts";
import type { Rejection, SignedCall } from "../ports.ts";
import { type Depth, type QueueAttributes, SqsError } from "./model.ts";
import { Moves } from "./moves.ts";
import { Queues } from "./queues.ts";

/** Stands before every call: its packets have to arrive, and its role has to allow it. */
interface Gate {
  reject(call: SignedCall): Promise<Rejection | undefined>;
}

/** A queue whose message became visible by time alone wakes a long poll after so long. */
const pollMs = 200;

/** Amazon SQS, all regions behind one address of its own, as its clients poll. */
export class Sqs {
  readonly queues: Queues;
  readonly moves: Moves;
  readonly #store: Store;
  readonly #account: string;
  readonly #gate: Gate;
  readonly #time: Time;
  readonly #wake = new EventEmitter().setMaxListeners(0);
  #server: http.Server | undefined;
  #endpoint = "";
  #refusing = false;

  /**
   * @param now what visibility, delay and retention go by
   * @param time what long polls and redrives go by
   */
  constructor(store: Store, directory: string, account: string, gate: Gate, now: Clock, time: Time = realTime) {
    this.#store = store;
    this.#account = account;
    this.#gate = gate;
    this.#time = time;
    this.queues = new Queues(directory, account, now);
    this.moves = new Moves(this.queues, time, (arn) => this.wake(arn));
  }

  /** Listens where it listened before, when that port is free and no other is asked for. */
  async start(port: number, listener: RequestListener): Promise<void> {
    const server = http.createServer(listener);
    server.keepAliveTimeout = 60_000;
    this.#server = server;
    const before = this.#store.read<{ port: number }>("port", "sqs")?.port ?? 0;
    const actual = await (port === 0 && before > 0
      ? listen(server, before, "SQS").catch(() => listen(server, 0, "SQS"))
      : listen(server, port, "SQS"));
    this.#store.write("port", "sqs", { port: actual });
    this.#endpoint = `http://127.0.0.1:${actual}`;
  }

  /** What AWS_ENDPOINT_URL_SQS has to be. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** What long polls go by. */
  now(): number {
    return this.#time.now();
  }

  /** The queue's URL as on AWS; clients need `useQueueUrlAsEndpoint: false` for the endpoint to count. */
  url(name: string, region: string): string {
    return `https://sqs.${region}.amazonaws.com/${this.#account}/${name}`;
  }

  /** @param attributes by SQS's names; `queueAttributes` makes them of a resource's properties */
  create(name: string, region: string, attributes: QueueAttributes, tags = {}): { url: string; arn: string } {
    const { arn } = this.queues.create({ name, region, attributes, tags });
    return { url: this.url(name, region), arn };
  }

  setAttributes(name: string, region: string, attributes: QueueAttributes): void {
    this.queues.setAttributes(this.queues.arn(name, region), attributes);
  }

  delete(name: string, region: string): void {
    this.queues.delete(this.queues.arn(name, region));
  }

  depth(name: string, region: string): Depth {
    return this.queues.messages.depth(this.queues.arn(name, region));
  }

  /** Puts a message on a queue from inside the twin, as SNS does. */
  send(queueArn: string, body: string): void {
    this.queues.messages.send(this.queues.get(queueArn), { body });
    this.wake(queueArn);
  }

  /** While on, every call is answered 503, as when SQS is down. */
  refuse(on: boolean): void {
    this.#refusing = on;
  }

  get refusing(): boolean {
    return this.#refusing;
  }

  /**
   * False when the call never arrived. AWS names the action in small letters here, and not the batch.
   * @throws SqsError when the caller may not make it, or while SQS is down
   */
  async admit(action: string, resource: string, authorization: string | undefined): Promise<boolean> {
    if (this.#refusing) throw new SqsError("ServiceUnavailable", "The twin's SQS is set to refuse.", 503);
    const resourcePolicy = this.queues.find(resource)?.attributes.Policy;
    const rejection = await this.#gate.reject({ authorization, service: "sqs", action, resource, resourcePolicy });
    if (rejection?.kind === "unknown key") throw new SqsError("InvalidClientTokenId", rejection.message, 403);
    if (rejection?.kind === "denied") {
      const message = rejection.message.replaceAll(action, action.toLowerCase());
      throw new SqsError("AccessDeniedException", message, 403);
    }
    return rejection === undefined;
  }

  /** Something may have come into the queue. */
  wake(queueArn: string): void {
    this.#wake.emit(queueArn);
  }

  /**
   * Resolves when something may have come into the queue, or after `milliseconds`; false when the caller has gone: it must not
   * be given a message, which would be invisible while no consumer works on it.
   */
  wait(queueArn: string, milliseconds: number, connection: Connection): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#wake.off(queueArn, finish);
        connection.off("close", finish);
        resolve(!connection.destroyed && !connection.closed && this.#server?.listening === true);
      };
      const cancel = this.#time.after(Math.min(milliseconds, pollMs), finish);
      this.#wake.on(queueArn, finish);
      connection.on("close", finish);
    });
  }

  async close(): Promise<void> {
    this.moves.close();
    this.#server?.closeAllConnections();
    if (this.#server?.listening) await new Promise((resolve) => this.#server?.close(resolve));
    this.queues.close();
  }
}
