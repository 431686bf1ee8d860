/** A registration as the engine's protocol carries it (pulumi proto/pulumi/resource.proto), read and altered. */
import aliases from "@pulumi/pulumi/proto/alias_pb.js";
import rpc from "@pulumi/pulumi/proto/resource_pb.js";
import { fromStruct, toStruct } from "../../twin/pulumi/values.ts";
import type { Options } from "./fault.ts";
import type { Registration } from "./mutate.ts";

export type Request = InstanceType<typeof rpc.RegisterResourceRequest>;
export type Response = InstanceType<typeof rpc.RegisterResourceResponse>;

/** URNs that an option names, and the provider's reference. */
export interface Resolved {
  dependsOn?: string[];
  parent?: string;
  provider?: string;
}

/** What a request registers. */
export function registrationOf(request: Request): Registration {
  const inputDependencies: Registration["inputDependencies"] = {};
  request.getPropertydependenciesMap().forEach((list, input) => {
    inputDependencies[input] = list.getUrnsList();
  });
  const byInputs = new Set(Object.values(inputDependencies).flat());
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: fromStruct(request.getObject()),
    inputDependencies,
    dependsOn: request.getDependenciesList().filter((urn) => !byInputs.has(urn)),
  };
}

/** Puts inputs and dependencies back into the request. */
export function write(request: Request, { inputs, inputDependencies, dependsOn }: Registration): void {
  request.setObject(toStruct(inputs));
  const map = request.getPropertydependenciesMap();
  map.clear();
  for (const [input, urns] of Object.entries(inputDependencies))
    if (urns.length > 0) map.set(input, new rpc.RegisterResourceRequest.PropertyDependencies().setUrnsList(urns));
  request.setDependenciesList([...new Set([...dependsOn, ...Object.values(inputDependencies).flat()])]);
}

/** Nothing refers to resources that are not there. */
export function forget(request: Request, urns: ReadonlySet<string>): void {
  if (urns.size === 0) return;
  const registration = registrationOf(request);
  const rest = (list: string[]) => list.filter((urn) => !urns.has(urn));
  const inputDependencies = Object.fromEntries(
    Object.entries(registration.inputDependencies).map(([input, list]) => [input, rest(list)]),
  );
  write(request, { ...registration, inputDependencies, dependsOn: rest(registration.dependsOn) });
}

/** Puts a fault's resource options into the request; the others stay. */
export function writeOptions(request: Request, options: Options, { dependsOn, parent, provider }: Resolved): void {
  if (dependsOn) write(request, { ...registrationOf(request), dependsOn });
  if (parent !== undefined) request.setParent(parent);
  if (provider !== undefined) request.setProvider(provider);
  if (options.protect !== undefined) request.setProtect(options.protect);
  if (options.retainOnDelete !== undefined) request.setRetainondelete(options.retainOnDelete);
  if (options.ignoreChanges) request.setIgnorechangesList(options.ignoreChanges);
  if (options.replaceOnChanges) request.setReplaceonchangesList(options.replaceOnChanges);
  if (options.deleteBeforeReplace !== undefined)
    request.setDeletebeforereplace(options.deleteBeforeReplace).setDeletebeforereplacedefined(true);
  if (options.aliases)
    request.setAliasesList(
      options.aliases.map((name) => new aliases.Alias().setSpec(new aliases.Alias.Spec().setName(name))),
    );
  if (options.customTimeouts) {
    const { create = "", update = "", delete: gone = "" } = options.customTimeouts;
    request.setCustomtimeouts(
      new rpc.RegisterResourceRequest.CustomTimeouts().setCreate(create).setUpdate(update).setDelete(gone),
    );
  }
}
