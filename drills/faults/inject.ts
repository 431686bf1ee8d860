/**
 * Injects a fault between the program and the engine: the program runs unchanged, and what it registers is altered on its way.
 * It stands at the client of the engine's resource monitor, where name, type, parent, inputs and options of a registration
 * are one message; a transformation of Pulumi's own can neither rename nor leave out.
 */
import type * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import rpc from "@pulumi/pulumi/proto/resource_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, toStruct, UNKNOWN } from "../../twin/pulumi/values.ts";
import type { AddedResource, Fault, Options, ResourceChange, Selection } from "./fault.ts";
import {
  changeInputs,
  changeSettings,
  concerns,
  fill,
  type Lookup,
  type OutputReference,
  type Place,
  references,
  renamed,
  resolve,
  selects,
} from "./mutate.ts";
import { valuesAt } from "./paths.ts";
import { forget, type Request, type Response, registrationOf, write, writeOptions } from "./wire.ts";

export type Program = Pick<Fault, "settings" | "resources" | "add">;

/** What runs of the program have in common. */
export interface Surroundings {
  /** Role and AWS region of a stack. */
  placeOf(stack: string): Pick<Place, "role" | "region">;
  /** What the stack last knew of a resource: its outputs, `id` among them. */
  remembered(stack: string, type: string, name: string): Record<string, unknown> | undefined;
  /** Called with `stack: type name` for each that the fault changed, left out or added. */
  onApplied(what: string): void;
}

type Callback<T> = (error: grpc.ServiceError | null, response: T) => void;

/** The client's methods that a registration goes through. */
interface Monitor {
  registerResource(request: Request, callback: Callback<Response>): unknown;
  registerResourceOutputs(request: { getUrn(): string }, callback: Callback<unknown>): unknown;
}

/** A resource that the engine has. */
interface Made {
  request: Request;
  answer: Response;
}

/**
 * When the program has ended and nothing has been on its way to the engine for so long, what a fault refers to is not
 * coming. In milliseconds; lookups that the program waits for take less.
 */
const PATIENCE_MS = 15_000;

/** The program with the fault in it. */
export function withFault(program: PulumiFn, fault: Program, around: Surroundings): PulumiFn {
  return async () => {
    const stack = pulumi.getStack();
    const config = pulumi.runtime.allConfig();
    const own = { account: config["order-queue:account"] ?? "", domain: config["order-queue:domain"] ?? "" };
    const place: Place = { ...own, ...around.placeOf(stack), stack };
    const settings = (fault.settings ?? []).filter(({ stacks }) => concerns(stacks, place));
    pulumi.runtime.setAllConfig(settings.reduce((all, change) => changeSettings(all, change, place), config));
    if (settings.length > 0) around.onApplied(`${stack}: settings`);
    // biome-ignore lint/suspicious/noExplicitAny: the client's type names none of the methods that Pulumi itself calls
    const injection = new Injection(pulumi.runtime.getMonitor() as any, fault, place, around);
    const added = injection.addAll();
    const outputs = await program();
    injection.programEnded();
    await added;
    return outputs;
  };
}

/** One run of the program for one stack. */
class Injection {
  readonly #register: Monitor["registerResource"];
  readonly #changes: ResourceChange[];
  readonly #additions: AddedResource[];
  readonly #place: Place;
  readonly #around: Surroundings;
  readonly #dropped = new Set<string>();
  readonly #made: Made[] = [];
  /** Each looks again whenever another resource is there. */
  readonly #waiting = new Set<() => void>();
  /** Registrations that the engine has not answered yet, and when it last answered one. */
  #onTheirWay = 0;
  #ended = false;
  #lastMoved = performance.now();

  constructor(monitor: Monitor, { resources = [], add = [] }: Program, place: Place, around: Surroundings) {
    this.#changes = resources.filter(({ stacks }) => concerns(stacks, place));
    this.#additions = add.filter(({ stacks }) => concerns(stacks, place));
    this.#place = place;
    this.#around = around;
    this.#register = monitor.registerResource.bind(monitor);
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResource = (request, callback) => {
      this.#alter(request).then(
        (there) => (there ? this.#send(request, callback) : callback(null, this.#absent(request))),
        (error) => callback(error, new rpc.RegisterResourceResponse()),
      );
    };
    monitor.registerResourceOutputs = (request, callback) =>
      this.#dropped.has(request.getUrn()) ? callback(null, new empties.Empty()) : registerOutputs(request, callback);
  }

  /** From now on nothing is registered but what waits for answers of the engine. */
  programEnded(): void {
    [this.#ended, this.#lastMoved] = [true, performance.now()];
  }

  async addAll(): Promise<void> {
    await Promise.all(this.#additions.map((addition) => this.#add(addition)));
  }

  #send(request: Request, callback: Callback<Response>): void {
    this.#onTheirWay++;
    this.#register(request, (error, answer) => {
      this.#onTheirWay--;
      this.#lastMoved = performance.now();
      if (!error) {
        this.#made.push({ request, answer });
        for (const look of this.#waiting) look();
      }
      callback(error, answer);
    });
  }

  /** False where the program is to have no such line. */
  async #alter(request: Request): Promise<boolean> {
    if (this.#dropped.has(request.getParent())) return false;
    const original = registrationOf(request);
    for (const change of this.#changes) {
      if (selects(change, original, this.#place) !== true) continue;
      if (change.drop) {
        this.#note(original);
        return false;
      }
      const lookup = await this.#lookup(references(fill(change.set, this.#place)));
      const { registration, hits } = changeInputs(registrationOf(request), change, this.#place, lookup);
      if (hits > 0) write(request, registration);
      const name = renamed(original.name, change, this.#place);
      request.setName(name);
      if (change.options) await this.#setOptions(request, change.options);
      if (hits > 0 || name !== original.name || change.options) this.#note(original);
    }
    forget(request, this.#dropped);
    return true;
  }

  /** What the rest of the program still refers to: the resource as it was before it was left out. */
  #absent(request: Request): Response {
    const { stack } = this.#place;
    const [type, name] = [request.getType(), request.getName()];
    const urn = `urn:pulumi:${stack}::${pulumi.getProject()}::${type}::${name}`;
    this.#dropped.add(urn);
    const known = this.#around.remembered(stack, type, name);
    const answer = new rpc.RegisterResourceResponse().setUrn(urn).setId(String(known?.id ?? ""));
    return answer.setObject(toStruct(known ?? fromStruct(request.getObject())));
  }

  async #add(addition: AddedResource): Promise<void> {
    const { type, name, inputs = {}, component, options = {} } = fill(addition, this.#place);
    const region = await this.#find({ type: "order-queue:infra:Region" });
    const request = new rpc.RegisterResourceRequest().setType(type).setName(name).setCustom(!component);
    request.setAcceptsecrets(true).setSupportspartialvalues(true).setAliasspecs(true).setSupportsresultreporting(true);
    request.setParent(region.request.getParent());
    if (!component) {
      const sibling = await this.#find({ type: `${type.split(":")[0]}:*` });
      request.setProvider(sibling.request.getProvider()).setVersion(sibling.request.getVersion());
    }
    const lookup = await this.#lookup(references(inputs));
    const resolved = Object.entries(inputs).map(([input, value]) => [input, resolve(value, lookup)] as const);
    write(request, {
      type,
      name,
      inputs: Object.fromEntries(resolved.map(([input, { value }]) => [input, value])),
      inputDependencies: Object.fromEntries(resolved.map(([input, { urns }]) => [input, urns])),
      dependsOn: [],
    });
    await this.#setOptions(request, options);
    this.#note({ type, name });
    await new Promise<void>((done, failed) => this.#send(request, (error) => (error ? failed(error) : done())));
  }

  async #setOptions(request: Request, options: Options): Promise<void> {
    const urn = async (selection: Selection) => (await this.#find(selection)).answer.getUrn();
    const provider = options.provider && (await this.#find(options.provider)).answer;
    writeOptions(request, options, {
      ...(options.dependsOn && { dependsOn: await Promise.all(options.dependsOn.map(urn)) }),
      ...(options.parent && { parent: await urn(options.parent) }),
      ...(provider && { provider: `${provider.getUrn()}::${provider.getId() || UNKNOWN}` }),
    });
  }

  async #lookup(wanted: readonly OutputReference[]): Promise<Lookup> {
    const found = new Map(
      await Promise.all(
        wanted.map(async (reference) => [JSON.stringify(reference), await this.#find(reference)] as const),
      ),
    );
    return (reference) => {
      const { answer } = found.get(JSON.stringify(reference)) as Made;
      const { path } = reference;
      const value = path === undefined ? answer.getId() : valuesAt(fromStruct(answer.getObject()), path).values[0];
      // What the engine does not tell in a preview is not known before the update.
      return { value: value === undefined || value === "" ? UNKNOWN : value, urn: answer.getUrn() };
    };
  }

  /** The first resource that a selection names, as soon as the engine has it. */
  #find(selection: Selection): Promise<Made> {
    return new Promise((done, failed) => {
      const patience = setInterval(() => {
        if (!this.#ended || this.#onTheirWay > 0 || performance.now() - this.#lastMoved < PATIENCE_MS) return;
        clearInterval(patience);
        const { type, name = "" } = selection;
        failed(new pulumi.RunError(`${this.#place.stack}: the fault refers to ${type} ${name}, and there is none`));
      }, PATIENCE_MS / 5);
      const look = () => {
        const made = this.#made.find(
          ({ request }) => selects(selection, registrationOf(request), this.#place) === true,
        );
        if (!made) return;
        this.#waiting.delete(look);
        clearInterval(patience);
        done(made);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #note({ type, name }: { type: string; name: string }): void {
    this.#around.onApplied(`${this.#place.stack}: ${type} ${name}`);
  }
}
