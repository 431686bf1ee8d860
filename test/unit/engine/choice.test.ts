import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Facts, nextStep, passedOver } from "../../../engine/choice.ts";
import { supported, withVersions } from "../../../engine/versions.ts";

const nothing: Facts = {
  supported: { range: ">=3.224.0 <=3.276.0", oldest: "3.224.0", newest: "3.276.0" },
  goNeeded: "1.26.6",
  onPath: [],
  inCache: {},
  go: undefined,
  failed: {},
};
const onPath = (printed: string) => ({ pulumi: "/opt/pulumi/pulumi", printed });
const go = { version: "go1.26.8", updatesItself: false };

describe("the engine is chosen", () => {
  test.each(["v3.224.0", "v3.245.7", "3.276.0"])("from PATH when it is %s", (printed) => {
    expect(nextStep({ ...nothing, onPath: [onPath(printed)], inCache: { "go build": "/cache/bin" } })).toEqual({
      do: "use",
      source: "PATH",
      pulumi: "/opt/pulumi/pulumi",
      version: printed.replace("v", ""),
    });
  });

  test("as the first on PATH that is supported", () => {
    const newer = { pulumi: "/usr/local/bin/pulumi", printed: "v3.246.0" };
    const step = nextStep({ ...nothing, onPath: [onPath("v3.100.0"), newer] });
    expect(step).toMatchObject({ do: "use", pulumi: "/usr/local/bin/pulumi", version: "3.246.0" });
  });

  test("as the official one in the cache before the built one", () => {
    const inCache = { installer: "/cache/official/bin", "go build": "/cache/built/bin" };
    expect(nextStep({ ...nothing, inCache })).toEqual({
      do: "use",
      source: "installer",
      pulumi: "/cache/official/bin/pulumi",
      version: "3.276.0",
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

  test("by a build with an older go that downloads the toolchain it needs", () => {
    const older = { version: "go1.22.1", updatesItself: true };
    expect(nextStep({ ...nothing, go: older, failed: { installer: "blocked" } })).toEqual({ do: "build" });
  });
});

describe("a pulumi on PATH is not used, with the reason and a fix in one sentence, when it", () => {
  const install = "Fix: install Pulumi 3.276.0 (https://www.pulumi.com/docs/install/)";
  const upgrade = (to: string) => `${install} or run \`npm run upgrade-pulumi -- ${to}\`.`;
  test.each([
    ["is too old", "v3.223.9", `is 3.223.9; supported are 3.224.0 to 3.276.0. ${install}.`],
    ["is newer than any tested", "v3.276.1", `is 3.276.1; supported are 3.224.0 to 3.276.0. ${upgrade("3.276.1")}`],
    ["is a major too new", "v4.0.0", `is 4.0.0; supported are 3.224.0 to 3.276.0. ${upgrade("4.0.0")}`],
    ["prints no version", "boom", `does not print its version but "boom". ${install}.`],
  ])("%s", (_, printed, reason) => {
    const facts = { ...nothing, onPath: [onPath(printed)] };
    expect(passedOver(facts)).toEqual([`/opt/pulumi/pulumi ${reason}`]);
    expect(nextStep(facts)).toEqual({ do: "install" });
  });
});

describe("when there is none, one error lists what was tried, each with its fix", () => {
  test("without go", () => {
    const step = nextStep({
      ...nothing,
      onPath: [onPath("v3.1.0")],
      failed: { installer: "blocked. Fix: unblock it." },
    });
    expect(step).toEqual({
      do: "refuse",
      message: [
        "No Pulumi engine was found. What was tried, each with its fix (one is enough):",
        "  1. pulumi on PATH: /opt/pulumi/pulumi is 3.1.0; supported are 3.224.0 to 3.276.0. Fix: install Pulumi 3.276.0 (https://www.pulumi.com/docs/install/).",
        "  2. the official installer: blocked. Fix: unblock it.",
        "  3. a build with Go: go is not on PATH. Fix: install Go 1.26.6 or later (https://go.dev/dl/).",
      ].join("\n"),
    });
  });

  test("with a go that is too old", () => {
    const old = { version: "go1.26.5", updatesItself: false };
    expect(nextStep({ ...nothing, go: old, failed: { installer: "blocked" } })).toMatchObject({
      do: "refuse",
      message: expect.stringContaining(
        "go1.26.5 is too old and downloads no newer toolchain. Fix: install Go 1.26.6 or later",
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

describe("the supported range", () => {
  const root = join(__dirname, "../../..");
  const built = (end: string) =>
    /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(readFileSync(join(root, `engine/${end}/go.mod`), "utf8"))?.[1];

  test("goes from the oldest engine that is built to the version of @pulumi/pulumi, which is the newest", () => {
    const { range, oldest, newest } = supported();
    expect(range).toBe(`>=${oldest} <=${newest}`);
    expect({ oldest: built("oldest"), newest: built("newest") }).toEqual({ oldest, newest });
  });

  test("is what README says", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    expect(readme).toContain(`Pulumi CLI ${supported().oldest} to ${supported().newest}`);
    expect(withVersions(readme)).toBe(readme);
  });
});
