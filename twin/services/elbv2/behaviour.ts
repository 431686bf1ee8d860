import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "../../core/log.ts";
import type { Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { Answer } from "./access-log-line.ts";
import type { AccessLogs } from "./access-logs.ts";
import { answer } from "./answers.ts";
import { Certificates, type IssuedCertificates } from "./certificates.ts";
import { type Action, chooseAction } from "./choose-action.ts";
import { Connections } from "./connections.ts";
import { connectTimeoutMs, type Forwarded, forward } from "./forward.ts";
import { isSecure, ListenerServers } from "./listener-servers.ts";
import type { Targets } from "./targets.ts";

/**
 * The application load balancers. What a listener is, is read from the store when a connection or a request comes.
 * Not modelled: HTTP/2 and WebSockets (clients are offered HTTP/1.1 only), authentication actions, mutual TLS, sticky sessions, the conditions beyond host header and path pattern.
 */

/** Since the twin's start, by load balancer; the metrics are taken from it. */
export interface Counters {
  requests: number;
  /** 5xx that the load balancer made itself. */
  loadBalancer5xx: number;
  target5xx: number;
  tlsFailures: number;
}

/** What was done with a request, and who ended it. */
type Handled = Answer & { by: Forwarded["by"] };

interface Parts {
  view: View;
  acm: IssuedCertificates;
  targets: Targets;
  network: { dropped(patienceMs: number): Promise<void> };
  accessLogs: AccessLogs;
  firewalls: Firewalls;
}

/** AWS WAF: undefined without a web ACL; `blocked` is the status of the answer. */
interface Firewalls {
  judge(
    balancerArn: string,
    request: {
      address: string;
      method: string;
      host: string;
      path: string;
      headers: IncomingMessage["headers"];
      bodyBytes: number;
    },
  ): { blocked?: number } | undefined;
}

/** The data plane of all load balancers. */
export class Front {
  readonly counters = new Map<string, Counters>();
  /** Requests handed to targets since the twin's start, by target group. */
  readonly handed = new Map<string, number>();
  readonly #view: View;
  readonly #targets: Targets;
  readonly #network: Parts["network"];
  readonly #connections: Connections;
  readonly #accessLogs: AccessLogs;
  readonly #firewalls: Firewalls;
  readonly #log: Log;
  readonly #servers: ListenerServers;
  readonly #turns = new Map<string, number>();

  constructor(parts: Parts, log: Log) {
    const { view, acm, targets, network, accessLogs, firewalls } = parts;
    this.#firewalls = firewalls;
    this.#view = view;
    this.#network = network;
    this.#targets = targets;
    const certificates = new Certificates(view, acm);
    this.#connections = new Connections(certificates);
    this.#servers = new ListenerServers(view, certificates, {
      idleSeconds: (listener) => this.#idleSeconds(listener),
      request: (arn, request, response) => void this.handle(arn, request, response),
      handshakeFailed: ({ outputs }, { message }) => {
        this.#count(outputs.loadBalancerArn).tlsFailures++;
        this.#log("a TLS handshake failed", { listener: outputs.arn, error: message });
      },
    });
    this.#accessLogs = accessLogs;
    this.#log = log;
    acm.on("renewed", (arn) => this.#servers.forgetCertificate(arn));
    view.on("change", ({ kind, resource }) => {
      if (kind === "remove" && resource.type === "aws:lb/listener:Listener") this.#servers.drop(resource.outputs.arn);
    });
  }

  listener(loadBalancerArn: string, port: number): Resource | undefined {
    return this.#view
      .list("aws:lb/listener:Listener")
      .find(({ outputs }) => outputs.loadBalancerArn === loadBalancerArn && outputs.port === port);
  }

  /** Takes over a client's connection to a listener; the listener decides whether it is TLS. */
  accept(listener: Resource, socket: Duplex): void {
    this.#servers.accept(listener, socket);
  }

  /** Answers one request that came in plain over the proxy, or over a connection that `accept` took. */
  async handle(listenerArn: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const listener = this.#view.byArn("aws:lb/listener:Listener", listenerArn);
    if (!listener) return void response.destroy();
    const counters = this.#count(listener.outputs.loadBalancerArn);
    counters.requests++;
    const received = Date.now();
    this.#connections.meet(request.socket);
    request.headers["x-amzn-trace-id"] ??= traceId(received);
    try {
      const verdict = this.#inspect(listener, request);
      const handled: Handled =
        verdict?.blocked === undefined
          ? { ...(await this.#act(listener, request, response)), inspected: verdict !== undefined }
          : this.#block(request, response, verdict.blocked);
      const { by, status } = handled;
      if (status >= 500 && by === "target") counters.target5xx++;
      if (status >= 500 && by === "load balancer") counters.loadBalancer5xx++;
      this.#record(listener, request, response, received, handled);
    } catch (error) {
      this.#log("a load balancer could not act", { listener: listenerArn, error: String(error) });
      answer(request, response, 500);
      counters.loadBalancer5xx++;
      this.#record(listener, request, response, received, { status: 500, rule: -1 });
    }
  }

  /** Before any rule of the listener is looked at (elasticloadbalancing/latest/application, "AWS WAF"). */
  #inspect({ outputs }: Resource, request: IncomingMessage): { blocked?: number } | undefined {
    const { method = "", headers, socket } = request;
    return this.#firewalls.judge(outputs.loadBalancerArn, {
      address: socket.remoteAddress ?? "127.0.0.1",
      ...{ method, headers, host: hostOf(request), path: pathOf(request) },
      bodyBytes: Number(headers["content-length"] ?? 0),
    });
  }

  #block(request: IncomingMessage, response: ServerResponse, status: number): Handled {
    answer(request, response, status);
    return { by: "load balancer", status, rule: 0, inspected: true };
  }

  /** Once the answer is out. */
  #record(
    listener: Resource,
    request: IncomingMessage,
    response: ServerResponse,
    received: number,
    answered: Answer,
  ): void {
    const { socket, method = "", headers } = request;
    const balancer = this.#view.byArn("aws:lb/loadBalancer:LoadBalancer", listener.outputs.loadBalancerArn);
    if (!balancer?.outputs.accessLogs?.enabled) return;
    const write = () =>
      this.#accessLogs.record(balancer.outputs, balancer.region, {
        received,
        ended: Date.now(),
        balancer: balancer.outputs.arnSuffix,
        ...this.#connections.describe(socket),
        method,
        url: {
          protocol: isSecure(listener) ? "https" : "http",
          host: hostOf(request),
          port: listener.outputs.port,
          path: pathOf(request),
        },
        userAgent: headers["user-agent"],
        trace: String(headers["x-amzn-trace-id"]),
        answer: answered,
      });
    if (response.closed) write();
    else response.once("close", write);
  }

  close(): void {
    this.#servers.close();
  }

  async #act(listener: Resource, request: IncomingMessage, response: ServerResponse): Promise<Handled> {
    const target = pathOf(request);
    const [path = "/", query = ""] = target.split(/\?(.*)/s);
    const host = hostOf(request);
    const rules = this.#view.list("aws:lb/listenerRule:ListenerRule");
    const action = chooseAction(listener, rules, { host, path });
    const secure = isSecure(listener);
    const port: number = listener.outputs.port;
    const by = "load balancer";
    const { rule } = action;
    switch (action.type) {
      case "forward":
        return this.#forward(action, listener, target, request, response);
      case "redirect": {
        const source = { protocol: secure ? ("HTTPS" as const) : ("HTTP" as const), host, port, path, query };
        const redirectUrl = action.location(source);
        answer(request, response, action.status, { location: redirectUrl });
        return { by, status: action.status, rule, action: action.type, redirectUrl };
      }
      case "fixed-response": {
        const headers: Record<string, string> = action.contentType ? { "content-type": action.contentType } : {};
        answer(request, response, action.status, headers, action.body);
        return { by, status: action.status, rule, action: action.type };
      }
    }
  }

  async #forward(
    action: Action & { type: "forward" },
    listener: Resource,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Handled> {
    const groupArn = this.#turn(action.targets);
    const handled = { rule: action.rule, action: action.type, targetGroupArn: groupArn };
    const eligible = this.#targets.eligible(groupArn);
    const target = eligible[this.#next(groupArn) % Math.max(eligible.length, 1)];
    if (!target) {
      answer(request, response, 503);
      return { ...handled, by: "load balancer", status: 503 };
    }
    const group = this.#view.byArn("aws:lb/targetGroup:TargetGroup", groupArn)?.outputs ?? {};
    this.handed.set(groupArn, (this.handed.get(groupArn) ?? 0) + 1);
    const done = this.#targets.begin(target.id);
    const forwarded = Date.now();
    try {
      const { address, port } = target;
      if (!this.#targets.reachable(target)) {
        await this.#network.dropped(connectTimeoutMs);
        answer(request, response, 504);
        return { ...handled, by: "load balancer", status: 504, target: { address, port, forwarded } };
      }
      const { by, status, answered, targetStatus } = await forward(request, response, {
        target,
        protocol: group.protocol === "HTTPS" ? "HTTPS" : "HTTP",
        client: { protocol: isSecure(listener) ? "https" : "http", port: listener.outputs.port },
        path,
        idleTimeoutMs: 1000 * this.#idleSeconds(listener),
      });
      const reached = { address, port, forwarded, ...(answered && { answered, status: targetStatus ?? 0 }) };
      return { ...handled, by, status, target: reached };
    } finally {
      done();
    }
  }

  /** One target group of a weighted set, in turn. */
  #turn(targets: { arn: string; weight: number }[]): string {
    const [only] = targets;
    if (targets.length === 1 && only) return only.arn;
    const turns = targets.flatMap(({ arn, weight }) => new Array<string>(weight).fill(arn));
    const arn = turns[this.#next(targets.map((t) => t.arn).join()) % Math.max(turns.length, 1)];
    if (!arn) throw new Error("Load balancer action forward: every target group has the weight 0");
    return arn;
  }

  #next(key: string): number {
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    return turn;
  }

  #idleSeconds(listener: Resource): number {
    const arn: string = listener.outputs.loadBalancerArn;
    return this.#view.byArn("aws:lb/loadBalancer:LoadBalancer", arn)?.outputs.idleTimeout ?? 60;
  }

  #count(loadBalancerArn: string): Counters {
    const known = this.counters.get(loadBalancerArn);
    if (known) return known;
    const fresh = { requests: 0, loadBalancer5xx: 0, target5xx: 0, tlsFailures: 0 };
    this.counters.set(loadBalancerArn, fresh);
    return fresh;
  }
}

/** A proxy passes plain HTTP on in the absolute form. */
function pathOf({ url = "/" }: IncomingMessage): string {
  return url.startsWith("/") ? url : url.replace(/^[a-z]+:\/\/[^/]*/i, "") || "/";
}

function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? "").replace(/:\d+$/, "");
}

function traceId(now: number): string {
  return `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
}
