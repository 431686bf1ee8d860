import http, { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { z } from "zod";
import { AwsError } from "../core/errors.ts";
import { listen } from "../core/listen.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import { json11 } from "./protocols/json.ts";
import type { Protocol, WireAnswer, WireRequest } from "./protocols/protocol.ts";
import { query } from "./protocols/query.ts";
import type { ApiCall, Service } from "./service.ts";
import { type Caller, callerOf, type Scope, scopeOf, type TaskKeys } from "./signature.ts";

/** What every service is answered with; the services' own ports come beside it. */
interface Account {
  store: Store;
  account: string;
  credentials: TaskKeys;
}

type Sources<Call extends ApiCall> = Account & Omit<Call, keyof ApiCall>;

/**
 * AWS's APIs behind one address, as far as the services given go, for unmodified SDKs (AWS_ENDPOINT_URL). Service, region
 * and caller are what the request is signed for; the signature itself is not verified. A task may call only a service that
 * asks IAM itself (`admit`), and what needs no permission.
 */
export async function startWire(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = http.createServer(listener);
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

/** Answers the calls of some services on any server. */
export function answering<Call extends ApiCall>(
  services: readonly Service<Call>[],
  sources: Sources<Call>,
  log: Log,
): RequestListener {
  const byName = new Map(services.map((service) => [service.name, service]));
  return async (incoming, response) => {
    const request = await read(incoming).catch(() => undefined);
    const answered = request && (await answer(request, response, byName, sources, log));
    if (!answered) return void incoming.socket.destroy();
    if (!response.destroyed) response.writeHead(answered.status, answered.headers).end(answered.body);
  };
}

async function read(incoming: IncomingMessage): Promise<WireRequest> {
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const { method = "GET", headers } = incoming;
  return { method, path: url.pathname, query: url.searchParams, headers, body: await text(incoming) };
}

/** Whatever is wrong with a call, the caller gets AWS's error for it; nothing when its packets never arrived. */
async function answer<Call extends ApiCall>(
  request: WireRequest,
  response: ServerResponse,
  byName: Map<string, Service<Call>>,
  sources: Sources<Call>,
  log: Log,
): Promise<WireAnswer | undefined> {
  const scope = scopeOf(request.headers.authorization);
  const service = byName.get(scope?.service ?? "");
  const { protocols } = service ?? nothing;
  const protocol = protocols.find((one) => one.speaks(request)) ?? (protocols[0] as Protocol);
  try {
    if (!scope) throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403);
    if (!service) throw new AwsError("UnknownOperationException", `The service ${scope.service} is not modelled.`);
    return await act(request, response, scope, service, protocol, sources);
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
  connection: ServerResponse,
  scope: Scope,
  service: Service<Call>,
  protocol: Protocol,
  cloud: Sources<Call>,
): Promise<WireAnswer | undefined> {
  const { authorization } = request.headers;
  if (!protocol.speaks(request))
    throw new AwsError(
      "UnknownOperationException",
      `${service.name} does not speak ${request.headers["content-type"]}`,
    );
  const { account, store } = cloud;
  const caller = service.admit ? notAsked : callerIn(scope, authorization, service, cloud);
  const { action: name, input } = protocol.read(request, service);
  const action = service.actions[name];
  if (!action) {
    const there = Object.keys(service.actions).join(", ");
    const code = service.target && request.headers["x-amz-target"] ? "UnknownOperationException" : "InvalidAction";
    throw new AwsError(code, `The action ${name || "(none)"} of ${service.name} is not modelled; there are ${there}.`);
  }
  if (caller.kind === "task" && name !== "GetCallerIdentity") {
    const code = service.target ? "AccessDeniedException" : "AccessDenied";
    throw new AwsError(code, `User: ${caller.arn} is not authorized to perform: ${service.name}:${name}`, 403);
  }
  const parsed = action.input.safeParse(input);
  if (!parsed.success) throw new AwsError(service.invalid, problems(parsed.error, `${service.name}:${name}`));
  const common: ApiCall = { store, region: scope.region, account, caller, connection };
  const call = { ...cloud, ...common } as unknown as Call;
  if (service.admit && !(await service.admit(name, parsed.data, call, authorization))) return undefined;
  return protocol.answer(name, await action.run(parsed.data, call), service);
}

/** Who calls a service that asks IAM itself. */
const notAsked: Caller = { kind: "operator", arn: "", userId: "" };

/** @throws AwsError for an access key that the account does not have */
function callerIn(scope: Scope, authorization: string | undefined, service: Service<never>, cloud: Account): Caller {
  const caller = callerOf(scope.accessKey, authorization, cloud);
  if (caller) return caller;
  const code = service.target ? "UnrecognizedClientException" : "InvalidClientTokenId";
  throw new AwsError(code, "The security token included in the request is invalid.", 403);
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
