import http, { type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { readLog } from "../containers/log.ts";
import type { FastClock } from "../core/clock.ts";
import { listen } from "../core/listen.ts";
import type { VpcResolver } from "../internet/vpc-resolver.ts";
import type { Refusals } from "../pulumi/refusals.ts";
import type { Renewals } from "../services/acm/renewals.ts";
import { bringBackZone, loseZone } from "../services/ec2/lost-zones.ts";
import type { Dns } from "../services/route53/behaviour.ts";
import type { Sns } from "../services/sns/behaviour.ts";
import type { ErpMode, ErpOrder, FoundResource, Message } from "./documents.ts";
import { findRequest, imagesRequest, ManualChanges, putRequest, removeRequest } from "./manual-changes.ts";
import { pageFile } from "./page.ts";
import { type StatusSources, status } from "./status.ts";

/** What the control API reaches. */
export interface ApiSources extends StatusSources {
  dns: Dns;
  vpcResolver: VpcResolver;
  sns: Sns;
  minutes: FastClock;
  renewals: Renewals;
  refusals: Refusals;
}

interface Request {
  /** The parts of the path that the route leaves open. */
  parameters: string[];
  body: unknown;
}

type Handler = (request: Request) => unknown;

/** An answer that is not 200; the message names what to fix. */
class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const erpMode: z.ZodType<ErpMode> = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("ok") }),
  z.strictObject({ mode: z.literal("hang") }),
  z.strictObject({ mode: z.literal("status"), status: z.int().min(200).max(599) }),
  z.strictObject({ mode: z.literal("slow"), milliseconds: z.int().min(0) }),
]);
const erpQuestion = z.strictObject({ host: z.string(), keys: z.array(z.string()) });
const erpRefusal = z.strictObject({ key: z.string(), status: z.int().min(400).max(499) });
const nameRequest = z.strictObject({ hangs: z.boolean() });
const renewalRequest = z.strictObject({ arn: z.string() });
const sqsMode = z.strictObject({ refuse: z.boolean() });
const foreignRecord = z.strictObject({ type: z.literal("CNAME"), value: z.string().min(1) });
const clockRequest = z.strictObject({
  rate: z.number().min(1).max(60).optional(),
  /** That pass at once. */
  days: z.int().min(1).max(400).optional(),
});
const zoneRequest = z.strictObject({ lost: z.boolean() });
const refusalRequest = z.strictObject({ types: z.array(z.string()) });
const stopRequest = z.strictObject({ reason: z.string().optional() });

const logLines = 200;

/** Every route; `*` stands for one part of the path. */
function routes(sources: ApiSources, shutdown: () => void): Record<string, Handler> {
  const { acm, dns, vpcResolver, erp, ecs, sqs, sns, minutes, renewals, refusals } = sources;
  const manual = new ManualChanges(sources.store);
  const clock = () => ({ now: new Date(minutes.now()).toISOString(), rate: minutes.rate });
  const task = (id = "") => {
    const found = ecs.tasks().find((candidate) => candidate.id === id);
    if (!found) throw new ApiError(404, `No task ${id}`);
    return found;
  };
  const runningTask = (id = "") => {
    const { lastStatus } = task(id);
    if (lastStatus === "STOPPED") throw new ApiError(409, `Task ${id} has stopped already`);
    return id;
  };
  return {
    "GET /status": () => status(sources),
    "GET /inbox": (): Message[] => sns.inbox(),
    "GET /erp/orders": (): ErpOrder[] => erp.orders(),
    "POST /erp/find": ({ body }) => {
      const { host, keys } = parse(erpQuestion, body);
      return erp.find(host, keys);
    },
    "GET /erp/*": ({ parameters: [host = ""] }) => ({ host, ...erp.mode(host), met: erp.met(host) }),
    "PUT /erp/*": ({ parameters: [host = ""], body }) => {
      erp.setMode(host, parse(erpMode, body));
      return { host, ...erp.mode(host) };
    },
    "POST /erp/*/refuse": ({ parameters: [host = ""], body }) => {
      const { key, status } = parse(erpRefusal, body);
      erp.refuse(host, key, status);
      return { host, key, status };
    },
    "POST /erp/*/disconnect": ({ parameters: [host = ""] }) => {
      erp.disconnect(host);
      return { disconnected: host };
    },
    "GET /names/*": ({ parameters: [name = ""] }) => ({ name, unanswered: vpcResolver.unanswered(name) ?? null }),
    "PUT /names/*": ({ parameters: [name = ""], body }) => {
      const { hangs } = parse(nameRequest, body);
      vpcResolver.hang(name, hangs);
      return { name, hangs };
    },
    "GET /dns": () => dns.foreign(),
    "PUT /dns/*": ({ parameters: [name = ""], body }) => dns.publish(name, parse(foreignRecord, body).value),
    "DELETE /dns/*": ({ parameters: [name = ""] }) => {
      dns.withdraw(name);
      return { withdrawn: name };
    },
    "PUT /sqs": ({ body }) => {
      sqs.refuse(parse(sqsMode, body).refuse);
      return { refuse: sqs.refusing };
    },
    "POST /certificates/renew": async ({ body }) => {
      const { arn } = parse(renewalRequest, body);
      await acm.renew(arn);
      return { renewed: arn };
    },
    "GET /clock": clock,
    "PUT /clock": async ({ body }) => {
      const { rate = minutes.rate, days = 0 } = parse(clockRequest, body);
      minutes.rate = rate;
      for (let day = 0; day < days; day++) {
        minutes.pass(86_400_000);
        await renewals.look();
      }
      return clock();
    },
    "PUT /zones/*": ({ parameters: [zone = ""], body }) => {
      const subnets = sources.store.list("aws:ec2/subnet:Subnet");
      if (!subnets.some(({ outputs }) => outputs.availabilityZone === zone))
        throw new ApiError(404, `No subnet is in a zone ${zone}`);
      const { lost } = parse(zoneRequest, body);
      (lost ? loseZone : bringBackZone)(sources.store, zone);
      return { zone, lost };
    },
    "PUT /refusals": ({ body }) => {
      refusals.types = parse(refusalRequest, body).types;
      return { types: refusals.types };
    },
    "POST /resources/find": ({ body }): FoundResource[] => manual.find(parse(findRequest, body)),
    "PUT /resources": ({ body }) => manual.put(parse(putRequest, body)),
    "POST /resources/remove": ({ body }) => manual.remove(parse(removeRequest, body)),
    "DELETE /images/*": ({ parameters: [region = ""] }) => manual.removeImages(region),
    "PUT /images": ({ body }) => {
      const images = parse(imagesRequest, body);
      manual.putImages(images);
      return { images: images.length };
    },
    "POST /tasks/*/kill": ({ parameters: [id] }) => {
      ecs.kill(runningTask(id));
      return { killed: id };
    },
    "POST /tasks/*/stop": ({ parameters: [id], body }) => {
      const { reason = "Task stopped by user" } = parse(stopRequest, body ?? {});
      ecs.stopTask(runningTask(id), reason);
      return { stopped: id, reason };
    },
    "GET /logs/*": ({ parameters: [id] }) =>
      task(id).containers.map(({ name, logFile }) => {
        const lines = readLog(logFile).map(({ text }) => text);
        return { container: name, lines: lines.slice(-logLines) };
      }),
    "POST /shutdown": () => {
      setImmediate(shutdown);
      return { shuttingDown: true };
    },
  };
}

/** The twin's control API: status and faults, JSON over HTTP on loopback; its root is the status page. */
export async function startApi(
  sources: ApiSources,
  port: number,
  onShutdown: (() => void) | undefined,
): Promise<{ url: string; close(): Promise<void> }> {
  const table = routes(sources, onShutdown ?? (() => {}));
  const server = http.createServer(async (request, response) => {
    const file = request.method === "GET" ? pageFile(request.url ?? "/") : undefined;
    if (file) return void response.writeHead(200, file.headers).end(file.body);
    const [code, body] = await answer(table, request);
    response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const actual = await listen(server, port, "the twin's control API");
  return {
    url: `http://127.0.0.1:${actual}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(table: Record<string, Handler>, request: IncomingMessage): Promise<[number, unknown]> {
  try {
    const path = decodeURIComponent((request.url ?? "/").replace(/\?.*/s, ""));
    const { handler, parameters } = find(table, request.method ?? "GET", path);
    const body = await text(request);
    return [200, await handler({ parameters, body: body === "" ? undefined : json(body) })];
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 500;
    return [status, { error: (error as Error).message }];
  }
}

function find(table: Record<string, Handler>, method: string, path: string) {
  const parts = path.split("/");
  for (const [route, handler] of Object.entries(table)) {
    const [routeMethod, routePath = ""] = route.split(" ");
    const pattern = routePath.split("/");
    if (routeMethod !== method || pattern.length !== parts.length) continue;
    if (!pattern.every((part, index) => (part === "*" ? parts[index] !== "" : part === parts[index]))) continue;
    return { handler, parameters: parts.filter((_, index) => pattern[index] === "*") };
  }
  throw new ApiError(404, `There is no ${method} ${path}; there are ${Object.keys(table).join(", ")}`);
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new ApiError(400, `The body is not JSON: ${(error as Error).message}`);
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "the body"}: ${issue.message}`);
  throw new ApiError(400, problems.join("; "));
}
