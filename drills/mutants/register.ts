/**
 * What the program registers in each stack, from one run of it without an engine, as it would be deployed: every input
 * complete as the provider's Check completes it, every output known.
 */
import * as pulumi from "@pulumi/pulumi";
import type rpc from "@pulumi/pulumi/proto/resource_pb.js";
import { root } from "../../release/workspace/location.ts";
import type { LastUpdate } from "../../stacks/domains.ts";
import { readStackFile, readStackFiles } from "../../stacks/files.ts";
import { fingerprint } from "../../stacks/fingerprint.ts";
import { emptyLedger, enterImage, enterVerified } from "../../stacks/ledger.ts";
import { program } from "../../stacks/program.ts";
import { stacks } from "../../stacks/registry.ts";
import { type Settings, settingsFile } from "../../stacks/settings.ts";
import { runMocked } from "../../tools/pages/mock-run.ts";
import { fromStruct } from "../../twin/pulumi/values.ts";
import { registrationOf } from "../faults/wire.ts";
import type { Graph, Node, Options } from "./graph.ts";
import { checkedOf, outputsOf, type Place } from "./twin-types.ts";

type Request = InstanceType<typeof rpc.RegisterResourceRequest>;

/** A stack's configuration by full key, changed before the program reads it. */
export type Configure = (config: Record<string, string>, place: Place) => Record<string, string>;

/** The graph of every stack, by stack, from the stack files as they are, or with another configuration. */
export async function registerAll(configure: Configure = (config) => config): Promise<Map<string, Graph>> {
  const settings = readStackFiles(root);
  const graphs = new Map<string, Graph>();
  for (const { name } of stacks) graphs.set(name, await register(name, settings.get(name) as Settings, configure));
  return graphs;
}

async function register(stack: string, settings: Settings, configure: Configure): Promise<Graph> {
  const nodes: Node[] = [];
  const outputs = lastOutputs(stack, settings);
  const place = { stack, region: settings.region, account: settings.account };
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs, id }) {
      if (type === "pulumi:pulumi:StackReference") return { id: name, state: { ...inputs, outputs } };
      const given = outputsOf({ type, name, inputs: checkedOf({ type, name, inputs }, place).inputs }, place);
      return { id: id || given.id, state: given.outputs };
    },
    call: ({ inputs }) => ({
      ...{ ...inputs, imageIds: [], zoneId: `Z${settings.domain}`, userName: "AWS", password: "token" },
      arn: `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${inputs.name}-a1b2c3`,
    }),
  };
  const run = async () => {
    pulumi.runtime.setAllConfig(configure(readStackFile(root, settingsFile(stack)), place));
    // biome-ignore lint/suspicious/noExplicitAny: the client's type names none of the methods that Pulumi itself calls
    const monitor = pulumi.runtime.getMonitor() as any;
    const registerResource = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request: Request, callback: (error: unknown, answer: Answer) => void) =>
      registerResource(request, (error: unknown, answer: Answer) => {
        if (!error) nodes.push(nodeOf(request, answer, place));
        callback(error, answer);
      });
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResourceOutputs = (request: OutputsRequest, callback: unknown) => {
      const node = nodes.find(({ urn }) => urn === request.getUrn());
      if (node) node.outputs = masked(fromStruct(request.getOutputs())) as Node["outputs"];
      return registerOutputs(request, callback);
    };
    return program();
  };
  await runMocked(stack, mocks, run, { preview: true });
  return nodes.filter(({ type }) => type !== "pulumi:pulumi:StackReference");
}

/** What a component says of itself when all that is in it is registered. */
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Parameters<typeof fromStruct>[0];
}

/** What the engine answers. */
interface Answer {
  getUrn(): string;
  getId(): string;
  getObject(): Parameters<typeof fromStruct>[0];
}

function nodeOf(request: Request, answer: Answer, place: Parameters<typeof checkedOf>[1]): Node {
  const { type, name, inputs, inputDependencies, dependsOn } = registrationOf(request);
  const plain = masked(inputs) as Node["inputs"];
  return {
    urn: answer.getUrn(),
    ...{ type, name, parent: request.getParent() },
    inputs: checkedOf({ type, name, inputs: plain }, place).inputs,
    outputs: request.getCustom() ? (masked(fromStruct(answer.getObject())) as Node["outputs"]) : {},
    id: answer.getId(),
    protect: request.getProtect() ?? false,
    refers: inputDependencies,
    dependsOn,
    options: optionsOf(request),
  };
}

function optionsOf(request: Request): Options {
  const timeouts = request.getCustomtimeouts();
  return {
    provider: request.getProvider(),
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace() ?? false,
    aliases: request.getAliasesList().map((alias) => alias.getSpec()?.getName() ?? alias.getUrn()),
    retainOnDelete: request.getRetainondelete() ?? false,
    createTimeout: timeouts?.getCreate() ?? "",
    updateTimeout: timeouts?.getUpdate() ?? "",
  };
}

/** How the SDK marks a secret among what it sends (pulumi sdk/nodejs/runtime/rpc.ts, specialSigKey). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== "object") return value;
  if (SIGNATURE in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

/** As after a verified update: own domains are served, staging builds its image, production takes the one that is verified. */
function lastOutputs(stack: string, { stores }: Settings): Record<string, unknown> {
  const release = fingerprint(root);
  const image = `sha256:${"0".repeat(64)}`;
  const served = stores.map(({ name, hostname }) => ({ name, hostname, url: `https://${hostname}/orders` }));
  const built = enterImage(emptyLedger, { release: stack === "staging" ? "another" : release, digest: image });
  const entry = { release, image, dirty: false, at: "2026-11-30T00:00:00Z", checks: 1 };
  const pending: LastUpdate["pending"] = [];
  return { release, image, stores: served, pending, ledger: stack === "staging" ? built : enterVerified(built, entry) };
}
