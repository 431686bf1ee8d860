import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { type Properties, type Resource, Store } from "../../../../twin/core/store.ts";
import type { Problem } from "../../../../twin/pulumi/define.ts";
import { serve } from "../../../../twin/pulumi/server.ts";
import { fromStruct, toStruct } from "../../../../twin/pulumi/values.ts";
import { aws } from "../../../../twin/services/resources.ts";
import { startTestCloud } from "../cloud.ts";
import { expand, samples } from "./facts.ts";

const region = "eu-west-1";

export interface Made {
  type: string;
  name: string;
  /** As checked: with defaults and automatic names. */
  inputs: Properties;
  id: string;
  outputs: Properties;
}

type TestCloud = Awaited<ReturnType<typeof startTestCloud>>;
type Client = grpc.Client & Record<string, (...args: unknown[]) => unknown>;
type ClientClass = new (address: string, credentials: grpc.ChannelCredentials) => Client;

/** The twin's aws provider as the engine sees it, over its protocol, and one resource of each type behind it. */
export class World {
  readonly made = new Map<string, Made>();
  readonly #client: Client;
  readonly #test: TestCloud;
  readonly #server: { close(): void };

  private constructor(test: TestCloud, server: { port: number; close(): void }) {
    this.#test = test;
    this.#server = server;
    const ProviderClient = services.ResourceProviderClient as unknown as ClientClass;
    this.#client = new ProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
  }

  static async start(): Promise<World> {
    const test = await startTestCloud();
    const world = new World(test, await serve(aws, test.cloud));
    await world.#call("configure", new rpc.ConfigureRequest().setArgs(toStruct({ region })));
    for (const { as, type, inputs, planned } of samples) {
      const given = world.resolve(inputs) as Properties;
      world.made.set(as, await (planned ? world.plan(type, as, given) : world.create(type, as, given)));
    }
    return world;
  }

  /** The sample of a type: the first one. */
  sample(type: string): Made {
    const found = [...this.made.values()].find((made) => made.type === type);
    if (!found) throw new Error(`samples.json has no ${type}`);
    return found;
  }

  /** Puts outputs of the samples in the place of `${as.path}`. */
  resolve(value: unknown): unknown {
    if (typeof value === "string") return value.replaceAll(/\$\{([^}]+)\}/g, (_, path: string) => this.#output(path));
    if (Array.isArray(value)) return value.map((inner) => this.resolve(inner));
    if (value === null || typeof value !== "object") return value;
    const expanded = expand(value);
    if (typeof expanded === "string") return expanded;
    return Object.fromEntries(Object.entries(expanded as Properties).map(([key, inner]) => [key, this.resolve(inner)]));
  }

  #output(path: string): string {
    if (path === "zone") return this.#test.cloud.zones[0]?.zoneId ?? "";
    const [as = "", ...keys] = path.split(".");
    const made = this.made.get(as);
    const found = keys.reduce((value: Properties | undefined, key) => value?.[key], {
      ...made?.outputs,
      id: made?.id,
    } as Properties);
    if (found === undefined) throw new Error(`samples.json: there is no ${path} yet`);
    return String(found);
  }

  async check(type: string, name: string, news: Properties): Promise<{ inputs: Properties; problems: Problem[] }> {
    const request = new rpc.CheckRequest().setUrn(urn(type, name)).setNews(toStruct(news)).setRandomseed("AQID");
    const answer = await this.#call<InstanceType<typeof rpc.CheckResponse>>("check", request);
    const problems = answer.getFailuresList().map((f) => ({ property: f.getProperty(), reason: f.getReason() }));
    return { inputs: fromStruct(answer.getInputs()), problems };
  }

  async diff(type: string, olds: Properties, news: Properties) {
    const request = new rpc.DiffRequest()
      .setUrn(urn(type, "it"))
      .setId("it")
      .setOldInputs(toStruct(olds))
      .setOlds(toStruct(olds))
      .setNews(toStruct(news));
    const answer = await this.#call<InstanceType<typeof rpc.DiffResponse>>("diff", request);
    const { diffsList: changes, replacesList: replaces, deletebeforereplace: deletesFirst } = answer.toObject();
    return { changes, replaces, deletesFirst };
  }

  /** Outputs as the preview of a new resource shows them. */
  async preview(type: string, inputs: Properties): Promise<Properties> {
    const request = new rpc.CreateRequest().setUrn(urn(type, "it")).setProperties(toStruct(inputs)).setPreview(true);
    return fromStruct((await this.#call<InstanceType<typeof rpc.CreateResponse>>("create", request)).getProperties());
  }

  /** Checks without creating. */
  async plan(type: string, name: string, given: Properties): Promise<Made> {
    const { inputs } = await this.check(type, name, given);
    return { type, name, inputs, id: "", outputs: await this.preview(type, inputs) };
  }

  /** Checks and creates. @throws Error the error of whichever of the two */
  async create(type: string, name: string, given: Properties): Promise<Made> {
    const { inputs, problems } = await this.check(type, name, given);
    if (problems.length > 0) throw new Error(problems.map((p) => `${type} ${p.property}: ${p.reason}`).join("; "));
    const request = new rpc.CreateRequest().setUrn(urn(type, name)).setProperties(toStruct(inputs)).setTimeout(10);
    const answer = await this.#call<InstanceType<typeof rpc.CreateResponse>>("create", request);
    return { type, name, inputs, id: answer.getId(), outputs: fromStruct(answer.getProperties()) };
  }

  /** Changes it in place. */
  async update(made: Made, inputs: Properties): Promise<Made> {
    const request = new rpc.UpdateRequest()
      .setUrn(urn(made.type, made.name))
      .setId(made.id)
      .setOlds(toStruct(made.outputs))
      .setNews(toStruct(inputs));
    const answer = await this.#call<InstanceType<typeof rpc.UpdateResponse>>("update", request);
    return { ...made, inputs, outputs: fromStruct(answer.getProperties()) };
  }

  async delete({ type, name, id, outputs }: Made): Promise<void> {
    const request = new rpc.DeleteRequest().setUrn(urn(type, name)).setId(id).setProperties(toStruct(outputs));
    await this.#call("delete", request);
  }

  /**
   * Runs something while copies of a type's sample exist, `most` of the type with it. They are written past the twin's
   * own store, so that its data plane does not take notice of thousands.
   */
  async withCopies(type: string, most: number, varies: string | undefined, run: () => Promise<void>): Promise<void> {
    const store = new Store(this.#test.directory);
    const here = store.list(type, region);
    const [first] = here;
    if (!first) throw new Error(`There is no ${type} in ${region}`);
    const copies = Array.from({ length: most - here.length }, (_, i): Resource => {
      const other = varies ? { [varies]: typeof first.inputs[varies] === "number" ? 1000 + i : `copy-${i}` } : {};
      return {
        ...first,
        id: `${first.id}-${i}`,
        inputs: { ...first.inputs, ...other },
        outputs: { ...first.outputs, ...other },
      };
    });
    for (const copy of copies) store.put(copy);
    try {
      await run();
    } finally {
      for (const { id } of copies) store.remove(type, id, region);
      store.close();
    }
  }

  /** Runs something while a document of the data plane is there. */
  async withDocument(kind: string, id: string, body: Properties, run: () => Promise<void>): Promise<void> {
    this.#test.store.write(kind, id, { region, ...body });
    await run().finally(() => this.#test.store.erase(kind, id));
  }

  async close(): Promise<void> {
    this.#client.close();
    this.#server.close();
    await this.#test.close();
  }

  #call<T>(method: string, request: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#client[method]?.(request, (error: grpc.ServiceError | null, answer: T) =>
        error ? reject(new Error(error.details)) : resolve(answer),
      );
    });
  }
}

const urn = (type: string, name: string) => `urn:pulumi:it::order-queue::${type}::${name}`;
