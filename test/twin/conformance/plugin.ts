/**
 * A provider as the engine talks to it, by its protocol: an official plugin that is started here, or one that listens already.
 * Source: pulumi sdk/go/common/resource/plugin/plugin.go: a plugin is started with the address of an engine, to which it logs,
 * and the first line that it prints is its port.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import engines from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { Properties } from "../../../twin/core/store.ts";
import { DEFAULTS, fromStruct, toStruct } from "../../../twin/pulumi/values.ts";

/** What a provider says of new inputs. */
export interface Checked {
  /** `property: reason`; the inputs hold only where there is none. */
  failures: { property: string; reason: string }[];
  /** Complete, with what the provider chose. */
  inputs: Properties;
  /** The properties that it chose. */
  defaults: string[];
}

/** What a provider says of a change. */
export interface Changed {
  some: boolean;
  replaces: string[];
  deletesFirst: boolean;
  /** `UPDATE_REPLACE` and the like, by path. */
  kinds: Record<string, string>;
}

type Client = grpc.Client & Record<string, (...args: unknown[]) => unknown>;
type ClientClass = new (address: string, credentials: grpc.ChannelCredentials) => Client;

const ProviderClient = services.ResourceProviderClient as unknown as ClientClass;
const kindNames = Object.fromEntries(Object.entries(rpc.PropertyDiff.Kind).map(([name, number]) => [number, name]));
const urn = (type: string, name: string) => `urn:pulumi:conformance::order-queue::${type}::${name}`;

export class Plugin {
  readonly #client: Client;
  readonly #stop: () => void;

  constructor(port: number, stop: () => void = () => {}) {
    this.#client = new ProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    this.#stop = stop;
  }

  /** Starts an official plugin. @throws Error when it ends before it says its port */
  static async start(file: string): Promise<Plugin> {
    const engine = await startEngine();
    const env = { ...process.env, AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" };
    const child = spawn(file, [engine.address], { stdio: ["ignore", "pipe", "inherit"], env });
    const stop = () => {
      child.kill();
      engine.close();
    };
    const port = await new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", (line) => resolve(Number(line)));
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${file} ended with ${code} before it printed its port`)));
    }).catch((error) => {
      stop();
      throw error;
    });
    return new Plugin(port, stop);
  }

  /** Nothing of a provider's settings is asked of AWS. */
  async configure(settings: Properties, prefix: string): Promise<void> {
    const request = new rpc.ConfigureRequest().setArgs(toStruct(settings)).setAcceptsecrets(false);
    for (const [name, value] of Object.entries(settings))
      request.getVariablesMap().set(`${prefix}:config:${name}`, value);
    await this.#call("configure", request);
  }

  /** An error in place of an answer counts as a failure. */
  async check(type: string, name: string, news: Properties): Promise<Checked> {
    const request = new rpc.CheckRequest().setUrn(urn(type, name)).setNews(toStruct(news)).setRandomseed("AQID");
    try {
      const answer = await this.#call<InstanceType<typeof rpc.CheckResponse>>("check", request);
      const { [DEFAULTS]: defaults = [], ...inputs } = fromStruct(answer.getInputs());
      const failures = answer
        .getFailuresList()
        .map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
      return { failures, inputs, defaults: (defaults as string[]).toSorted() };
    } catch (error) {
      return { failures: [{ property: "", reason: (error as grpc.ServiceError).details }], inputs: {}, defaults: [] };
    }
  }

  /** @param olds inputs of the last update, as checked */
  async diff(type: string, name: string, olds: Checked, news: Checked): Promise<Changed> {
    const of = ({ inputs, defaults }: Checked) => toStruct({ ...inputs, [DEFAULTS]: defaults });
    const request = new rpc.DiffRequest()
      .setUrn(urn(type, name))
      .setId(name)
      .setOldInputs(of(olds))
      .setOlds(toStruct({ ...olds.inputs, id: name }))
      .setNews(of(news));
    const answer = await this.#call<InstanceType<typeof rpc.DiffResponse>>("diff", request);
    const kinds: Record<string, string> = {};
    answer.getDetaileddiffMap().forEach((kind, path) => {
      kinds[path] = kindNames[kind.getKind()] ?? "";
    });
    return {
      some: answer.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList().toSorted(),
      deletesFirst: answer.getDeletebeforereplace(),
      kinds,
    };
  }

  #call<Answer>(method: string, request: unknown): Promise<Answer> {
    return new Promise((resolve, reject) =>
      this.#client[method]?.(request, (error: Error | null, answer: Answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );
  }

  close(): void {
    this.#client.close();
    this.#stop();
  }
}

/** What a plugin needs of an engine: something that takes its log. */
async function startEngine(): Promise<{ address: string; close(): void }> {
  const server = new grpc.Server();
  const log: grpc.handleUnaryCall<unknown, unknown> = (_call, callback) => callback(null, new empties.Empty());
  server.addService((engines as unknown as { EngineService: grpc.ServiceDefinition }).EngineService, { log });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
