import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Facts, nextStep, passedOver } from "../../setup/engine/choice.ts";

const nothing: Facts = {
  pin: "3.245.0",
  goNeeded: "1.25.8",
  onPath: [],
  inCache: {},
  go: undefined,
  failed: {},
};
const onPath = (printed: string, languageHost = true) => ({ pulumi: "/opt/pulumi/pulumi", printed, languageHost });
const go = { version: "go1.26.8", updatesItself: false };

describe("the engine is chosen", () => {
  test.each(["v3.245.0", "v3.245.7", "3.260.1"])("from PATH when it is %s", (printed) => {
    expect(nextStep({ ...nothing, onPath: [onPath(printed)], inCache: { "go build": "/cache/bin" } })).toEqual({
      do: "use",
      source: "PATH",
      pulumi: "/opt/pulumi/pulumi",
      version: printed.replace("v", ""),
    });
  });

  test("as the first on PATH that suits", () => {
    const newer = { pulumi: "/usr/local/bin/pulumi", printed: "v3.246.0", languageHost: true };
    const step = nextStep({ ...nothing, onPath: [onPath("v3.100.0"), newer] });
    expect(step).toMatchObject({ do: "use", pulumi: "/usr/local/bin/pulumi", version: "3.246.0" });
  });

  test("as the official one in the cache before the built one", () => {
    const inCache = { installer: "/cache/official/bin", "go build": "/cache/built/bin" };
    expect(nextStep({ ...nothing, inCache })).toEqual({
      do: "use",
      source: "installer",
      pulumi: "/cache/official/bin/pulumi",
      version: "3.245.0",
    });
  });

  test("as the built one in the cache before any download", () => {
    const step = nextStep({ ...nothing, inCache: { "go build": "/cache/built/bin" } });
    expect(step).toMatchObject({ do: "use", source: "go build", pulumi: "/cache/built/bin/pulumi" });
  });

  test("by the installer first when there is none, also where go is", () => {
    expect(nextStep({ ...nothing, go })).toEqual({ do: "install" });
  });

  test("by a build once the installer has failed", () => {
    expect(nextStep({ ...nothing, go, failed: { installer: "blocked" } })).toEqual({ do: "build" });
  });

  test("by a build with an older go that fetches the toolchain it needs", () => {
    const older = { version: "go1.22.1", updatesItself: true };
    expect(nextStep({ ...nothing, go: older, failed: { installer: "blocked" } })).toEqual({ do: "build" });
  });
});

describe("a pulumi on PATH is passed over, with the reason, when it", () => {
  test.each([
    ["is a minor too old", onPath("v3.244.9"), "is 3.244.9; at least 3.245 and below 4 is needed"],
    ["is a major too new", onPath("v4.0.0"), "is 4.0.0; at least 3.245 and below 4 is needed"],
    ["says no version", onPath("boom"), 'does not say its version: "boom"'],
    ["has no language host", onPath("v3.245.0", false), "has no pulumi-language-nodejs beside it or on PATH"],
  ])("%s", (_, candidate, reason) => {
    const facts = { ...nothing, onPath: [candidate] };
    expect(passedOver(facts)).toEqual([`/opt/pulumi/pulumi ${reason}`]);
    expect(nextStep(facts)).toEqual({ do: "install" });
  });
});

describe("when none can be had, one error lists what was tried and what mends it", () => {
  test("without go", () => {
    const step = nextStep({ ...nothing, onPath: [onPath("v3.1.0")], failed: { installer: "blocked. Unblock it." } });
    expect(step).toEqual({
      do: "refuse",
      message: [
        "No Pulumi engine could be had. What was tried, and what would mend each (one is enough):",
        "  1. pulumi on PATH: /opt/pulumi/pulumi is 3.1.0; at least 3.245 and below 4 is needed. Install 3.245.0: https://www.pulumi.com/docs/install/",
        "  2. the official installer: blocked. Unblock it.",
        "  3. a build with Go: go is not on PATH. Install Go 1.25.8 or later (https://go.dev/dl/).",
      ].join("\n"),
    });
  });

  test("with a go that is too old", () => {
    const old = { version: "go1.25.7", updatesItself: false };
    expect(nextStep({ ...nothing, go: old, failed: { installer: "blocked" } })).toMatchObject({
      do: "refuse",
      message: expect.stringContaining(
        "go1.25.7 is too old and fetches no newer toolchain. Install Go 1.25.8 or later",
      ),
    });
  });

  test("after a build that failed", () => {
    const step = nextStep({ ...nothing, go, failed: { installer: "blocked", build: "go build of pulumi failed" } });
    expect(step).toMatchObject({
      do: "refuse",
      message: expect.stringContaining("3. a build with Go: go build of pulumi failed"),
    });
  });
});

test("what is built is the version that @pulumi/pulumi has", () => {
  const root = join(__dirname, "..", "..");
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/@pulumi/pulumi/package.json"), "utf8"));
  const module = readFileSync(join(root, "setup/engine/cli/go.mod"), "utf8");
  expect(/github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(module)?.[1]).toBe(version);
});
