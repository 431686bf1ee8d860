import http, { type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { z } from "zod";
import { AwsError } from "../core/errors.ts";
import { listen } from "../core/listen.ts";
import type { Log } from "../core/log.ts";
import type { Properties, Store } from "../core/store.ts";
import { json11 } from "./protocols/json.ts";
import type { Protocol, WireAnswer, WireRequest } from "./protocols/protocol.ts";
import { query } from "./protocols/query.ts";
import type { ApiCall, Service, TaskGate } from "./service.ts";
import { callerOf, type Scope, scopeOf, type TaskKeys } from "./signature.ts";

/** What every service is answered with; the services' own ports come beside it. */
interface Account {
  store: Store;
  account: string;
  credentials: TaskKeys;
  gate: TaskGate;
}

/**
 * AWS's APIs behind one address, as far as the services given go, for unmodified SDKs (AWS_ENDPOINT_URL). Service, region
 * and caller are what the request is signed for; the signature itself is not verified. SQS has an address of its own
 * (services/sqs), as its clients poll. A task may call the services that say on what IAM judges it, and otherwise only what
 * needs no permission.
 */
export async function startWire<Call extends ApiCall>(
  services: readonly Service<Call>[],
  sources: Account & Omit<Call, keyof ApiCall>,
  log: Log,
): Promise<{ url: string; close(): Promise<void> }> {
  const byName = new Map(services.map((service) => [service.name, service]));
  const server = http.createServer(async (incoming, response) => {
    const request = await read(incoming).catch(() => undefined);
    if (!request) return void response.destroy();
    const answered = await answer(request, byName, sources, log);
    if (answered === "dropped") return void response.destroy();
    response.writeHead(answered.status, answered.headers).end(answered.body);
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, 0, "AWS's APIs");
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(incoming: IncomingMessage): Promise<WireRequest> {
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const { method = "GET", headers } = incoming;
  return { method, path: url.pathname, query: url.searchParams, headers, body: await text(incoming) };
}

/** Whatever is wrong with a call, the caller gets AWS's error for it. */
async function answer<Call extends ApiCall>(
  request: WireRequest,
  byName: Map<string, Service<Call>>,
  sources: Account & Omit<Call, keyof ApiCall>,
  log: Log,
): Promise<WireAnswer | "dropped"> {
  const scope = scopeOf(request.headers.authorization);
  const service = byName.get(scope?.service ?? "");
  const { protocols } = service ?? nothing;
  const protocol = protocols.find((one) => one.speaks(request)) ?? (protocols[0] as Protocol);
  try {
    if (!scope) throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403);
    if (!service) throw new AwsError("UnknownOperationException", `The service ${scope.service} is not modelled.`);
    return await act(request, scope, service, protocol, sources);
  } catch (error) {
    if (error instanceof AwsError) return protocol.refuse(error, service ?? nothing);
    log("a call of AWS's APIs failed", { service: scope?.service, path: request.path, error: String(error) });
    return protocol.refuse(new AwsError("InternalFailure", String(error), 500), service ?? nothing);
  }
}

/** For a call of no service that is there: its error is said in the way in which it asked. */
const nothing: Service = { name: "", protocols: [json11, query], namespace: "", invalid: "", actions: {} };

async function act<Call extends ApiCall>(
  request: WireRequest,
  scope: Scope,
  service: Service<Call>,
  protocol: Protocol,
  cloud: Account & Omit<Call, keyof ApiCall>,
): Promise<WireAnswer | "dropped"> {
  if (!protocol.speaks(request))
    throw new AwsError(
      "UnknownOperationException",
      `${service.name} does not speak ${request.headers["content-type"]}`,
    );
  const { account, store } = cloud;
  const caller = callerOf(scope.accessKey, request.headers.authorization, cloud);
  if (!caller) {
    const code = service.target ? "UnrecognizedClientException" : "InvalidClientTokenId";
    throw new AwsError(code, "The security token included in the request is invalid.", 403);
  }
  const { action: name, input } = protocol.read(request, service);
  const action = service.actions[name];
  if (!action) {
    const there = Object.keys(service.actions).join(", ");
    const code = service.target && request.headers["x-amz-target"] ? "UnknownOperationException" : "InvalidAction";
    throw new AwsError(code, `The action ${name || "(none)"} of ${service.name} is not modelled; there are ${there}.`);
  }
  const parsed = action.input.safeParse(input);
  if (!parsed.success) throw new AwsError(service.invalid, problems(parsed.error, `${service.name}:${name}`));
  const call = { ...cloud, store, region: scope.region, account, caller } as unknown as Call;
  if (caller.kind === "task" && name !== "GetCallerIdentity") {
    const refused = await rejection(`${service.name}:${name}`, parsed.data, request, service, cloud.gate, call);
    if (refused?.kind === "dropped") return "dropped";
    const code = service.target ? "AccessDeniedException" : "AccessDenied";
    if (refused) throw new AwsError(code, refused.message, 403);
  }
  return protocol.answer(name, await action.run(parsed.data, call), service);
}

/** What stands in the way of a task's call: the network, or its role. */
async function rejection<Call extends ApiCall>(
  action: string,
  input: Properties,
  { headers }: WireRequest,
  service: Service<Call>,
  gate: TaskGate,
  call: Call,
): Promise<Awaited<ReturnType<TaskGate["reject"]>>> {
  const resource = service.resourceOf?.(input, call);
  const message = `User: ${call.caller.arn} is not authorized to perform: ${action}`;
  if (resource === undefined) return { kind: "denied", message };
  return gate.reject({ authorization: headers.authorization, service: service.name, action, resource });
}

function problems(error: z.ZodError, operation: string): string {
  return error.issues
    .map((issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")} of ${operation} is not modelled`
        : `${issue.path.join(".")}: ${issue.message}`,
    )
    .join("; ");
}
