/** What a fault is; docs/faults.md says it for those who write one, schema.json for those who check one. */

/** A place's new value: anything of JSON, `{ "$output": … }` for another resource's output, `{ "$json": … }` for JSON text. */
export type Value = unknown;

/** Which registered resources. */
export interface Selection {
  /** Pulumi token; `*` stands for anything. */
  type: string;
  /** Regular expression on the logical name; `{stack}` stands for the stack's name. */
  name?: string;
  /** By path: the value it has, or `{ "matches": … }`, a regular expression. */
  where?: Record<string, Value>;
}

export interface Options {
  /** Replaces what the program says; what inputs refer to stays a dependency. */
  dependsOn?: Selection[];
  parent?: Selection;
  provider?: Selection;
  protect?: boolean;
  deleteBeforeReplace?: boolean;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  retainOnDelete?: boolean;
  /** Logical names that it had before. */
  aliases?: string[];
  customTimeouts?: { create?: string; update?: string; delete?: string };
}

/** What happens to the inputs and options of the selected resources. */
export interface ResourceChange extends Selection {
  /** Stack names, `staging` or `production`; all stacks when left out. */
  stacks?: string[];
  set?: Record<string, Value>;
  remove?: string[];
  swap?: [string, string][];
  /** New logical name; `$&`, `$1` … are of the `name` expression. */
  rename?: string;
  /** As if the program had no such line. */
  drop?: true;
  options?: Options;
}

export interface AddedResource {
  stacks?: string[];
  type: string;
  name: string;
  inputs?: Record<string, Value>;
  /** A component: it groups others and is nothing at AWS. */
  component?: true;
  options?: Options;
}

export interface SettingsChange {
  stacks?: string[];
  /** By path below `order-queue:`. */
  set?: Record<string, Value>;
  remove?: string[];
}

/** How the service's image is another one. */
export interface ImageChange {
  architecture?: "amd64" | "arm64";
  /** In place of the image's own. */
  entryPoint?: string[];
  /** MiB that the process takes as it starts. */
  memoryMiB?: number;
  /** Status that ingest answers to health checks. */
  healthStatus?: number;
  /** One more line in the log as the process starts. */
  logLine?: string;
  /** One more environment variable of the image. */
  environment?: Record<string, string>;
  /** Seconds before the process begins to serve. */
  startSeconds?: number;
}

export interface NewStack {
  name: string;
  /** AWS region. */
  region: string;
  /** The stack whose settings it starts from. */
  like: string;
}

/** Something that happens to what runs. What passes by itself does so when a notification was sent, and after `seconds` at the latest. */
export type Act = { stack?: string; seconds?: number } & (
  | { act: "kill"; service?: string; count?: number }
  | { act: "stop"; service?: string; count?: number; reason?: string }
  | { act: "erp"; store: string; status?: number; hang?: true }
  | { act: "refuseQueue" }
  | { act: "delete"; type: string; where?: Record<string, Value> }
  | { act: "change"; type: string; where?: Record<string, Value>; set: Record<string, Value> }
  | { act: "add"; type: string; id: string; properties: Record<string, Value> }
  | { act: "imageGone" }
  | { act: "loseZone"; zone: string }
  | { act: "pass"; days: number }
  | { act: "refuseControlPlane"; type: string }
  | { act: "killUpdate"; afterResources: number }
  | { act: "destroy" }
);

export interface Scenario {
  /** `scratch`: nothing is deployed yet. */
  from?: "deployed" | "scratch";
  /** Updates of staging with the fault in the program; what shows only at the second needs 2. */
  updates?: 1 | 2;
  /** Whether every container is replaced afterwards, as AWS does for maintenance, and the stack updated again. */
  recycle?: true;
}

export interface Fault {
  id: string;
  category: string;
  /** What was done or what happened, in a sentence. */
  title: string;
  /** Where it was seen. */
  seen?: string;
  /** It must pass every stage. */
  harmless?: true;
  scenario?: Scenario;
  settings?: SettingsChange[];
  resources?: ResourceChange[];
  add?: AddedResource[];
  image?: ImageChange;
  newStack?: NewStack;
  environment?: Act[];
  /** Why the form cannot say it, or the system has not what it is about. */
  notEncoded?: string;
}
