import * as grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { Properties, Store } from "../core/store.ts";
import type { DataSource, ResourceCall, ResourceType } from "./define.ts";
import { withDetail } from "./failure.ts";
import { check, diff, inputsAsRead, planned, withoutDefaults } from "./plan.ts";
import type { Refusals } from "./refusals.ts";
import { fromStruct, toStruct } from "./values.ts";

/** What one provider package of the twin offers the engine. */
export interface Package<Call extends ResourceCall = ResourceCall> {
  /** `aws`, `docker` or `tls`. */
  name: string;
  version: string;
  types: ReadonlyMap<string, ResourceType<Call>>;
  functions: ReadonlyMap<string, DataSource<Call>>;
  /** Reads the provider's configuration, throws in the real provider's words. */
  configure: (settings: Properties, account: string) => Instance;
  /** Provider settings whose change replaces every resource. */
  replaces: readonly string[];
}

/** What every package is served with; the types' own ports come beside it. */
export interface Account {
  store: Store;
  /** Twelve digits. */
  account: string;
  refusals: Refusals;
  /** Judges the role that deploys; nothing is judged where it is left out. */
  deployer?: { authorize(asked: Asked): Promise<void> } | undefined;
}

/** An operation that the engine asks for. */
interface Asked {
  token: string;
  operation: "create" | "read" | "update" | "delete";
  properties: Properties;
  defaultTags: Record<string, string>;
  region: string;
}

/** One configured provider of one stack. */
export interface Instance {
  region: string;
  defaultTags: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: each method has a request message of its own
type Message = any;

type Handler<Request, Response> = (request: Request, peer: string) => Promise<Response> | Response;

/**
 * Serves one package over Pulumi's provider protocol, with preview support, on 127.0.0.1.
 * The engine attaches to it by PULUMI_DEBUG_PROVIDERS. Each provider instance of each stack dials a connection of
 * its own, so the connection tells which instance asks.
 * @returns the port it listens on
 */
export async function serve<Call extends ResourceCall>(
  pkg: Package<Call>,
  cloud: Account & Omit<Call, keyof ResourceCall>,
): Promise<{ name: string; port: number; close(): void }> {
  const instances = new Map<string, Instance>();

  const typeOf = (urn: string): ResourceType<Call> => {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? urn;
    const type = pkg.types.get(token);
    if (!type)
      throw new Error(
        `the twin does not model ${token} (${urn.split("::").at(-1)}); it models ${[...pkg.types.keys()].join(", ")}`,
      );
    return type;
  };
  const callOf = (
    urn: string,
    peer: string,
    type?: ResourceType<Call>,
    properties: Properties = {},
    timeoutSeconds = 0,
  ): Call => {
    const instance = instances.get(peer);
    if (!instance)
      throw new Error(`provider ${pkg.name} is not configured on this connection (${peer}); run the command again`);
    const region = type?.scope === "global" ? "global" : (properties.region ?? instance.region);
    const call: ResourceCall = {
      store: cloud.store,
      region,
      account: cloud.account,
      defaultTags: instance.defaultTags,
      urn,
      name: urn.split("::").at(-1) ?? urn,
      ...(timeoutSeconds && { timeoutMs: timeoutSeconds * 1000 }),
    };
    return { ...cloud, ...call } as unknown as Call;
  };

  const authorize = async (
    operation: Asked["operation"],
    token: string,
    properties: Properties,
    peer: string,
  ): Promise<void> => {
    const { defaultTags = {}, region: usual = "" } = instances.get(peer) ?? {};
    const { region = usual } = properties;
    await cloud.deployer?.authorize({ token, operation, properties, defaultTags, region });
  };

  const methods = {
    attach: () => new empties.Empty(),
    getPluginInfo: () => new plugin.PluginInfo().setVersion(pkg.version),
    checkConfig: (request) => new rpc.CheckResponse().setInputs(request.getNews()),
    diffConfig: (request) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const news = fromStruct(request.getNews());
      const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (key) => key !== "version" && JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
      );
      return new rpc.DiffResponse()
        .setChanges(changed.length ? rpc.DiffResponse.DiffChanges.DIFF_SOME : rpc.DiffResponse.DiffChanges.DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(changed.filter((key) => pkg.replaces.includes(key)));
    },
    configure: (request, peer) => {
      instances.set(peer, pkg.configure(fromStruct(request.getArgs()), cloud.account));
      return new rpc.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(false).setAcceptoutputs(false);
    },
    invoke: async (request, peer) => {
      const source = pkg.functions.get(request.getTok());
      if (!source)
        throw new Error(
          `the twin does not model ${request.getTok()}; it models ${[...pkg.functions.keys()].join(", ")}`,
        );
      const args = fromStruct(request.getArgs());
      const parsed = source.inputs.safeParse(args);
      if (!parsed.success)
        return new rpc.InvokeResponse().setFailuresList(
          parsed.error.issues.map((i) => new rpc.CheckFailure().setProperty(i.path.join(".")).setReason(i.message)),
        );
      await authorize("read", source.token, args, peer);
      return new rpc.InvokeResponse().setReturn(
        toStruct(await source.read(args, callOf(request.getTok(), peer, undefined, args))),
      );
    },
    check: (request, peer) => {
      const type = typeOf(request.getUrn());
      const news = fromStruct(request.getNews());
      const { inputs, problems } = check(
        type,
        news,
        fromStruct(request.getOlds()),
        request.getRandomseed_asU8(),
        callOf(request.getUrn(), peer, type, news),
      );
      return new rpc.CheckResponse()
        .setInputs(toStruct(inputs))
        .setFailuresList(problems.map((p) => new rpc.CheckFailure().setProperty(p.property).setReason(p.reason)));
    },
    diff: (request) => {
      const type = typeOf(request.getUrn());
      const olds = fromStruct(request.getOldInputs());
      const news = fromStruct(request.getNews());
      const { changed, replaces, deleteBeforeReplace } = diff(type, olds, news, fromStruct(request.getOlds()));
      const response = new rpc.DiffResponse()
        .setChanges(changed.length ? rpc.DiffResponse.DiffChanges.DIFF_SOME : rpc.DiffResponse.DiffChanges.DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(replaces)
        .setDeletebeforereplace(deleteBeforeReplace)
        .setHasdetaileddiff(true);
      for (const property of changed) {
        const replace = replaces.includes(property);
        const { Kind } = rpc.PropertyDiff;
        const input = property in olds || property in news;
        const kind =
          input && olds[property] === undefined
            ? replace
              ? Kind.ADD_REPLACE
              : Kind.ADD
            : input && news[property] === undefined
              ? replace
                ? Kind.DELETE_REPLACE
                : Kind.DELETE
              : replace
                ? Kind.UPDATE_REPLACE
                : Kind.UPDATE;
        response.getDetaileddiffMap().set(property, new rpc.PropertyDiff().setKind(kind).setInputdiff(input));
      }
      return response;
    },
    create: async (request, peer) => {
      const type = typeOf(request.getUrn());
      const inputs = fromStruct(request.getProperties());
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(toStruct(planned(type, inputs)));
      cloud.refusals.check(type.token);
      const call = callOf(request.getUrn(), peer, type, inputs, request.getTimeout());
      await authorize("create", type.token, inputs, peer);
      const { id, outputs } = await type.create(inputs, call);
      const all = { ...withoutDefaults(inputs), ...outputs };
      cloud.store.put({ type: type.token, id: type.key?.(all) ?? id, region: call.region, inputs, outputs: all });
      try {
        await type.settle?.(id, all, call);
      } catch (error) {
        const { message } = error as Error;
        const detail = new rpc.ErrorResourceInitFailed()
          .setId(id)
          .setProperties(toStruct(all))
          .setReasonsList([message])
          .setInputs(toStruct(inputs));
        throw withDetail(message, detail);
      }
      return new rpc.CreateResponse().setId(id).setProperties(toStruct(all));
    },
    update: async (request, peer) => {
      const type = typeOf(request.getUrn());
      const state = fromStruct(request.getOlds());
      const inputs = fromStruct(request.getNews());
      const computed = Object.fromEntries(type.computed.map((property) => [property, state[property]]));
      if (request.getPreview())
        return new rpc.UpdateResponse().setProperties(toStruct({ ...withoutDefaults(inputs), ...computed }));
      const call = callOf(request.getUrn(), peer, type, inputs, request.getTimeout());
      cloud.refusals.check(type.token);
      if (!type.update) throw new Error(`${type.token} cannot be updated in place`);
      await authorize("update", type.token, { ...state, ...inputs }, peer);
      const found = cloud.store.get(type.token, type.key?.(state) ?? request.getId(), call.region);
      if (!found) throw new Error(`updating ${type.token} (${request.getId()}): not found; run \`pulumi refresh\``);
      const outputs = {
        ...withoutDefaults(inputs),
        ...computed,
        ...(await type.update(request.getId(), state, inputs, call)),
      };
      // An update may give it another key, as a record's type does.
      const key = type.key?.(outputs) ?? found.id;
      if (key !== found.id) cloud.store.remove(found.type, found.id, found.region);
      cloud.store.put({ ...found, id: key, inputs, outputs });
      await type.settle?.(request.getId(), outputs, call);
      return new rpc.UpdateResponse().setProperties(toStruct(outputs));
    },
    delete: async (request, peer) => {
      const type = typeOf(request.getUrn());
      const state = fromStruct(request.getProperties());
      const call = callOf(request.getUrn(), peer, type, state, request.getTimeout());
      cloud.refusals.check(type.token);
      await authorize("delete", type.token, state, peer);
      const key = type.key?.(state) ?? request.getId();
      if (cloud.store.get(type.token, key, call.region)) {
        await type.delete?.(request.getId(), state, call);
        if (!type.survives?.(state)) cloud.store.remove(type.token, key, call.region);
      }
      return new empties.Empty();
    },
    read: async (request, peer) => {
      const type = typeOf(request.getUrn());
      const state = fromStruct(request.getProperties());
      const call = callOf(request.getUrn(), peer, type, state);
      await authorize("read", type.token, state, peer);
      const found = cloud.store.get(type.token, type.key?.(state) ?? request.getId(), call.region);
      if (!found || type.gone?.(found.outputs, call)) return new rpc.ReadResponse();
      const outputs = { ...found.outputs, ...type.read?.(found.outputs, call) };
      return new rpc.ReadResponse()
        .setId(request.getId())
        .setProperties(toStruct(outputs))
        .setInputs(toStruct(inputsAsRead(found.inputs, state, outputs)));
    },
    cancel: () => new empties.Empty(),
  } satisfies Record<string, Handler<Message, unknown>>;

  const server = new grpc.Server();
  server.addService(services.ResourceProviderService, unary(methods) as never);
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, p) =>
      error ? reject(error) : resolve(p),
    ),
  );
  return { name: pkg.name, port: bound, close: () => server.forceShutdown() };
}

/** Plain functions as gRPC methods; a thrown error becomes the engine's diagnostic, without a stack trace. */
function unary(methods: Record<string, Handler<Message, unknown>>): grpc.UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      async (call: grpc.ServerUnaryCall<unknown, unknown>, callback: grpc.sendUnaryData<unknown>) => {
        try {
          callback(null, await method(call.request, call.getPeer()));
        } catch (error) {
          const { message, metadata } = error as { message: string; metadata?: grpc.Metadata };
          callback({ code: grpc.status.UNKNOWN, details: message, ...(metadata && { metadata }) } as grpc.ServiceError);
        }
      },
    ]),
  );
}
