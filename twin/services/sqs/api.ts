import { EventEmitter } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type Clock, realTime, type Time } from "../../core/clock.ts";
import { listen } from "../../core/listen.ts";
import type { Store } from "../../core/store.ts";
import type { Rejection, SignedCall } from "../ports.ts";
import { actions, permission, queueUrl, type SqsCall } from "./actions.ts";
import { checkAttributes } from "./attributes.ts";
import { type Depth, type QueueAttributes, SqsError } from "./model.ts";
import { Queues } from "./queues.ts";

/** Stands before every call: its packets have to arrive, and its role has to allow it. */
interface Gate {
  reject(call: SignedCall): Promise<Rejection | undefined>;
}

/** A queue whose message became visible by time alone wakes a long poll after so long. */
const pollMs = 200;

/**
 * Amazon SQS over its wire protocol (AWS JSON 1.0), all regions behind one address; the region is the one a request
 * is signed for, as the real endpoints demand. Not modelled: the signature itself is not verified.
 */
export class Sqs {
  readonly queues: Queues;
  readonly #store: Store;
  readonly #account: string;
  readonly #gate: Gate;
  readonly #time: Time;
  readonly #server: http.Server;
  readonly #wake = new EventEmitter().setMaxListeners(0);
  #endpoint = "";
  #refusing = false;

  /**
   * @param now what visibility, delay and retention go by
   * @param time what long polls go by
   */
  constructor(store: Store, directory: string, account: string, gate: Gate, now: Clock, time: Time = realTime) {
    this.#store = store;
    this.#account = account;
    this.#gate = gate;
    this.#time = time;
    this.queues = new Queues(directory, account, now);
    this.#server = http.createServer((request, response) => void this.#answer(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Listens where it listened before, when that port is free and no other is asked for. */
  async start(port: number): Promise<void> {
    const before = this.#store.read<{ port: number }>("port", "sqs")?.port ?? 0;
    const actual = await (port === 0 && before > 0
      ? listen(this.#server, before, "SQS").catch(() => listen(this.#server, 0, "SQS"))
      : listen(this.#server, port, "SQS"));
    this.#store.write("port", "sqs", { port: actual });
    this.#endpoint = `http://127.0.0.1:${actual}`;
  }

  /** What AWS_ENDPOINT_URL_SQS has to be. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** The queue's URL as on AWS; clients need `useQueueUrlAsEndpoint: false` for the endpoint to count. */
  url(name: string, region: string): string {
    return queueUrl(this.#account, name, region);
  }

  /** @param attributes by SQS's names; `queueAttributes` makes them of a resource's properties */
  create(name: string, region: string, attributes: QueueAttributes): { url: string; arn: string } {
    checkAttributes(attributes);
    const { arn } = this.queues.create(name, region, attributes);
    return { url: this.url(name, region), arn };
  }

  setAttributes(name: string, region: string, attributes: QueueAttributes): void {
    checkAttributes(attributes);
    this.queues.setAttributes(this.queues.arn(name, region), attributes);
  }

  delete(name: string, region: string): void {
    this.queues.delete(this.queues.arn(name, region));
  }

  depth(name: string, region: string): Depth {
    return this.queues.depth(this.queues.arn(name, region));
  }

  /** Puts a message on a queue from inside the twin, as SNS does. */
  send(queueArn: string, body: string): void {
    this.queues.send(queueArn, { body });
    this.#wake.emit(queueArn);
  }

  /** While on, every call is answered 503, as when SQS is down. */
  refuse(on: boolean): void {
    this.#refusing = on;
  }

  get refusing(): boolean {
    return this.#refusing;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
    this.queues.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await text(request).catch(() => undefined);
      if (body === undefined) return;
      const call = this.#call(request, response, JSON.parse(body || "{}"));
      const name = String(request.headers["x-amz-target"] ?? "").replace(/^AmazonSQS\./, "");
      const action = actions[name];
      if (this.#refusing) throw new SqsError("ServiceUnavailable", "The twin's SQS is set to refuse.", 503);
      if (!action) throw new SqsError("InvalidAction", `The action ${name || "(none)"} is not modelled.`);
      if (await this.#dropped(name, call, request)) return void request.socket.destroy();
      send(response, 200, await action(call));
    } catch (error) {
      const known = error instanceof SqsError ? error : new SqsError("InternalFailure", String(error), 500);
      if (known.queryCode) response.setHeader("x-amzn-query-error", `${known.queryCode};Sender`);
      send(response, known.status, { __type: `com.amazonaws.sqs#${known.code}`, message: known.message });
    }
  }

  /**
   * Whether the call never arrived. AWS names the action in small letters here, and not the batch.
   * @throws SqsError when the caller may not make it
   */
  async #dropped(name: string, call: SqsCall, { headers }: IncomingMessage): Promise<boolean> {
    const { action, resource } = permission(name, call);
    const resourcePolicy = this.queues.find(resource)?.attributes.Policy;
    const signed = { authorization: headers.authorization, service: "sqs", action, resource, resourcePolicy };
    const rejection = await this.#gate.reject(signed);
    if (rejection?.kind === "unknown key") throw new SqsError("InvalidClientTokenId", rejection.message, 403);
    if (rejection?.kind === "denied") {
      const message = rejection.message.replaceAll(action, action.toLowerCase());
      throw new SqsError("AccessDeniedException", message, 403, "AccessDenied");
    }
    return rejection !== undefined;
  }

  #call(request: IncomingMessage, response: ServerResponse, input: Record<string, unknown>): SqsCall {
    const region = /Credential=[^/]+\/\d{8}\/([^/]+)\/sqs\//.exec(request.headers.authorization ?? "")?.[1];
    if (!region) throw new SqsError("MissingAuthenticationToken", "The request is not signed for SQS.", 403);
    return {
      queues: this.queues,
      region,
      account: this.#account,
      input,
      now: this.#time.now,
      wait: (arn, milliseconds) => this.#wait(arn, milliseconds, response),
      sent: (arn) => void this.#wake.emit(arn),
    };
  }

  /** A client that has gone must not be given a message: it would be invisible while no consumer works on it. */
  #wait(arn: string, milliseconds: number, response: ServerResponse): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#wake.off(arn, finish);
        response.off("close", finish);
        resolve(!response.destroyed && !response.closed && this.#server.listening);
      };
      const cancel = this.#time.after(Math.min(milliseconds, pollMs), finish);
      this.#wake.on(arn, finish);
      response.on("close", finish);
    });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}
