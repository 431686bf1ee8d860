/** Which Pulumi engine to use, as a pure decision over what was found; engine.ts finds and does. */
import { gte, parse, satisfies } from "semver";
import type { Supported } from "./versions.ts";

export type Source = "PATH" | "installer" | "go build";

/** A `pulumi` in a folder of PATH. */
export interface OnPath {
  /** Path of the executable. */
  pulumi: string;
  /** What `pulumi version` printed, e.g. "v3.276.0"; the error if it could not be run. */
  printed: string;
}

/** Folders of the cache that hold a complete engine. */
export interface InCache {
  installer?: string;
  "go build"?: string;
}

export interface Go {
  /** E.g. "go1.26.8". */
  version: string;
  /** Whether it fetches a newer toolchain by itself when a go.mod asks for one (Go 1.21 and later, unless GOTOOLCHAIN=local). */
  updatesItself: boolean;
}

export interface Facts {
  supported: Supported;
  /** The oldest Go that builds the engine, e.g. "1.26.6". */
  goNeeded: string;
  onPath: OnPath[];
  inCache: InCache;
  /** Nothing when `go` is not on PATH. */
  go: Go | undefined;
  /** Why the installer, why a build failed, with a fix; nothing while untried. */
  failed: { installer?: string; build?: string };
}

export type Step =
  | { do: "use"; source: Source; pulumi: string; version: string }
  | { do: "install" }
  | { do: "build" }
  | { do: "refuse"; message: string };

/** The official installer before a build of our own, but never a download where a build is already there. */
export function nextStep(facts: Facts): Step {
  const suitable = facts.onPath.find((candidate) => whyNot(candidate, facts.supported) === undefined);
  if (suitable) return { do: "use", source: "PATH", pulumi: suitable.pulumi, version: bare(suitable.printed) };
  for (const source of ["installer", "go build"] as const) {
    const folder = facts.inCache[source];
    if (folder) return { do: "use", source, pulumi: `${folder}/pulumi`, version: facts.supported.newest };
  }
  if (facts.failed.installer === undefined) return { do: "install" };
  if (facts.failed.build === undefined && whyNotGo(facts) === undefined) return { do: "build" };
  return { do: "refuse", message: refusal(facts) };
}

/** Each `pulumi` on PATH that is not used, with the reason and a fix: one sentence each. */
export function passedOver({ onPath, supported }: Facts): string[] {
  return onPath.flatMap((candidate) => {
    const reason = whyNot(candidate, supported);
    return reason === undefined ? [] : [`${candidate.pulumi} ${reason}`];
  });
}

function whyNot({ printed }: OnPath, { range, oldest, newest }: Supported): string | undefined {
  const version = parse(printed.trim(), { loose: true });
  const install = `install Pulumi ${newest} (https://www.pulumi.com/docs/install/)`;
  if (!version) return `does not print its version but "${printed}". Fix: ${install}.`;
  if (satisfies(version, range)) return undefined;
  const upgrade = gte(version, newest) ? ` or run \`npm run upgrade-pulumi -- ${version}\`` : "";
  return `is ${version}; supported are ${oldest} to ${newest}. Fix: ${install}${upgrade}.`;
}

function whyNotGo({ go, goNeeded }: Facts): string | undefined {
  const fix = `Fix: install Go ${goNeeded} or later (https://go.dev/dl/).`;
  if (!go) return `go is not on PATH. ${fix}`;
  if (go.updatesItself || isAtLeast(go.version.replace(/^go/, ""), goNeeded)) return undefined;
  return `${go.version} is too old and downloads no newer toolchain. ${fix}`;
}

function refusal(facts: Facts): string {
  const none = `none found. Fix: install Pulumi ${facts.supported.newest} (https://www.pulumi.com/docs/install/).`;
  return [
    "No Pulumi engine was found. What was tried, each with its fix (one is enough):",
    `  1. pulumi on PATH: ${passedOver(facts).join(" ") || none}`,
    `  2. the official installer: ${facts.failed.installer}`,
    `  3. a build with Go: ${facts.failed.build ?? whyNotGo(facts)}`,
  ].join("\n");
}

/** Go's versions may have two parts: "1.26". */
function isAtLeast(have: string, want: string): boolean {
  const full = (version: string) => (version.split(".").length === 2 ? `${version}.0` : version);
  return gte(full(have), full(want), { loose: true });
}

function bare(version: string): string {
  return version.trim().replace(/^v/, "");
}
