/**
 * The program: one for all stacks. It is also an inline program of the Automation API, several at once in a process, so it
 * keeps nothing between calls.
 */
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { Region } from "../infra/region.ts";
import { ancestors } from "./ancestors.ts";
import { type Commit, commitOf } from "./commit.ts";
import { passGate } from "./enforce-gate.ts";
import { secretPaths } from "./files.ts";
import { fingerprint, parts } from "./fingerprint.ts";
import { decide, type Verdict } from "./gate.ts";
import { provideImage } from "./image.ts";
import { stackOutputs } from "./outputs.ts";
import { placeStores } from "./placements.ts";
import { findPrerequisites } from "./prerequisites.ts";
import { liveStores, type Records, readRecords } from "./records.ts";
import { findStack } from "./registry.ts";
import { scopeOf } from "./scope.ts";
import { type Settings, settingsFile } from "./settings.ts";
import { parseSettings } from "./settings-parser.ts";

const root = path.resolve(import.meta.dirname, "..");

/** What the program knows before it registers anything. */
export interface Observed {
  readonly release: string;
  readonly commit: Commit;
  readonly settings: Settings;
  readonly records: Records;
  readonly verdict: Verdict;
  /** New stores without a secret to sign their orders with; undefined where the gate refused before they were looked for. */
  readonly withoutSecret?: readonly string[];
}

/** What a caller that knows more than the stack's files adds to one run. */
export interface Run {
  /** Settings in place of the stack file's, by their full key. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether the update covers every resource; without it, the command line of the `pulumi` above says so. */
  readonly full?: true;
  /** What the update is planned to create, replace and delete, for the ledger. */
  readonly operations?: readonly string[];
  /** Gets what the program judged, also where it then refuses. */
  readonly observe?: (observed: Observed) => void;
}

/**
 * Registers all resources of the current stack.
 * @throws {SettingsError}
 * @throws RunError where the gate refuses
 */
export async function program({ settings: over, full, operations, observe }: Run = {}) {
  const stack = findStack(pulumi.getStack());
  const file = settingsFile(stack.name);
  const config = pulumi.runtime.allConfig();
  const settings = parseSettings({ stack, file, values: { ...config, ...over }, secrets: encrypted(config, file) });
  const release = fingerprint(root);
  const commit = commitOf(root, [...parts, "package.json", "Pulumi.yaml", file]);
  const records = await readRecords(stack);
  const verdict = decide({ stack, settings, release, commit, records, now: Date.now() });
  const observed = { release, commit, settings, records, verdict };
  observe?.(observed);
  await passGate(stack, verdict);

  const provider = createProvider(stack.name, settings);
  const { brokenGlass } = verdict;
  const context = path.join(root, "service");
  const [prerequisites, { plan, stores }] = await Promise.all([
    liveStores(records.own).then((live) => findPrerequisites({ stack: stack.name, file, live }, settings, provider)),
    placeStores(settings, records.own, provider),
  ]);
  const { withoutSecret, ...found } = prerequisites;
  observe?.({ ...observed, withoutSecret });
  const image = await provideImage({ stack, settings, release, records, verdict, context, provider });
  const { loadBalancers } = plan;
  const provesAlarms = stack.role === "staging";
  const region = new Region(
    stack.name,
    { ...settings, ...found, stores, loadBalancers, release, digest: image, provesAlarms },
    { providers: [provider, new tls.Provider("tls")] },
  );

  const scope = () => (full ? { full } : scopeOf(ancestors(), process.env));
  return stackOutputs(
    { stack, settings, plan, stores, image, region, record: records.own, scope },
    { release, ...commit, operations, brokenGlass },
  );
}

/** Paths of encrypted settings, from the stack file; of one in another file (`--config-file`) the key alone is known. */
function encrypted(config: Record<string, string>, file: string): string[] {
  const paths = secretPaths(root, file);
  // Internal to the SDK, which has no other way to ask (pulumi/runtime/config.ts).
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
  const keys = Object.keys(config).filter((key) => isConfigSecret(key) && !paths.some((path) => path.startsWith(key)));
  return [...paths, ...keys];
}

/** Every resource's provider, pinned to one region and one account: the defaults of a shell or profile decide nothing. */
function createProvider(stack: string, { region, account }: Settings): aws.Provider {
  return new aws.Provider("aws", {
    region: region as aws.Region,
    allowedAccountIds: [account],
    defaultTags: { tags: { project: pulumi.getProject(), stack } },
  });
}
