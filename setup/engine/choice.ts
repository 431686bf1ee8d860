/** Which Pulumi engine to use, as a pure decision over what was found; engine.ts finds and does. */

export type Source = "PATH" | "installer" | "go build";

export interface Version {
  major: number;
  minor: number;
  patch: number;
}

/** A `pulumi` that lies in a folder of PATH. */
export interface OnPath {
  /** Path of the executable. */
  pulumi: string;
  /** What `pulumi version` printed, e.g. "v3.245.0"; the error if it could not be run. */
  printed: string;
  /** Whether pulumi-language-nodejs lies beside it or elsewhere on PATH. */
  languageHost: boolean;
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
  /** The version of @pulumi/pulumi that package.json pins, e.g. "3.245.0". */
  pin: string;
  /** The `go` directive of setup/engine/cli/go.mod, e.g. "1.25.8". */
  goNeeded: string;
  onPath: OnPath[];
  inCache: InCache;
  /** Nothing when `go` is not on PATH. */
  go: Go | undefined;
  /** Why the installer, why a build came to nothing, ending in what would mend it; nothing while untried. */
  failed: { installer?: string; build?: string };
}

export type Step =
  | { do: "use"; source: Source; pulumi: string; version: string }
  | { do: "install" }
  | { do: "build" }
  | { do: "refuse"; message: string };

/** The official installer before a build of our own, but never a download where a build is already there. */
export function nextStep(facts: Facts): Step {
  const suitable = facts.onPath.find((candidate) => whyNot(candidate, facts.pin) === undefined);
  if (suitable) return { do: "use", source: "PATH", pulumi: suitable.pulumi, version: bare(suitable.printed) };
  for (const source of ["installer", "go build"] as const) {
    const folder = facts.inCache[source];
    if (folder) return { do: "use", source, pulumi: `${folder}/pulumi`, version: facts.pin };
  }
  if (facts.failed.installer === undefined) return { do: "install" };
  if (facts.failed.build === undefined && whyNotGo(facts) === undefined) return { do: "build" };
  return { do: "refuse", message: refusal(facts) };
}

/** Each `pulumi` on PATH that is passed over, with the reason. */
export function passedOver(facts: Facts): string[] {
  return facts.onPath.flatMap((candidate) => {
    const reason = whyNot(candidate, facts.pin);
    return reason === undefined ? [] : [`${candidate.pulumi} ${reason}`];
  });
}

function whyNot(candidate: OnPath, pin: string): string | undefined {
  const have = parseVersion(candidate.printed);
  const want = parseVersion(pin);
  if (!want) throw new Error(`@pulumi/pulumi has the version "${pin}", expected e.g. 3.245.0`);
  if (!have) return `does not say its version: "${candidate.printed}"`;
  const wanted = `at least ${want.major}.${want.minor} and below ${want.major + 1} is needed`;
  if (have.major !== want.major || have.minor < want.minor) return `is ${bare(candidate.printed)}; ${wanted}`;
  if (!candidate.languageHost) return "has no pulumi-language-nodejs beside it or on PATH";
  return undefined;
}

function whyNotGo({ go, goNeeded }: Facts): string | undefined {
  const mend = `Install Go ${goNeeded} or later (https://go.dev/dl/).`;
  if (!go) return `go is not on PATH. ${mend}`;
  if (go.updatesItself || isAtLeast(go.version.replace(/^go/, ""), goNeeded)) return undefined;
  return `${go.version} is too old and fetches no newer toolchain. ${mend}`;
}

function refusal(facts: Facts): string {
  const path = passedOver(facts).join("; ") || "none found";
  return [
    "No Pulumi engine could be had. What was tried, and what would mend each (one is enough):",
    `  1. pulumi on PATH: ${path}. Install ${facts.pin}: https://www.pulumi.com/docs/install/`,
    `  2. the official installer: ${facts.failed.installer}`,
    `  3. a build with Go: ${facts.failed.build ?? whyNotGo(facts)}`,
  ].join("\n");
}

/** Reads "3.245.0", "v3.245.0-alpha.1" or "1.26"; nothing when it is none of these. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text.trim());
  return match ? { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) } : undefined;
}

function isAtLeast(have: string, want: string): boolean {
  const [a, b] = [parseVersion(have), parseVersion(want)];
  return a !== undefined && b !== undefined && (a.major - b.major || a.minor - b.minor || a.patch - b.patch) >= 0;
}

function bare(version: string): string {
  return version.trim().replace(/^v/, "");
}
