import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { cacheFolder } from "../../../engine/cache.ts";

const root = resolve(import.meta.dirname, "../../..");
const version = "1.7.7";
const bin = join(dirname(cacheFolder()), `actionlint-${version}`);
const actionlint = join(bin, "actionlint");

/** Built once, beside the engine; where there is neither Go nor such a build, the workflow `preview` checks it alone. */
const can = existsSync(actionlint) || spawnSync("go", ["version"]).status === 0;

(can ? test : test.skip)(
  "actionlint finds nothing in the workflows",
  () => {
    if (!existsSync(actionlint)) {
      execFileSync("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${version}`], {
        cwd: root,
        env: { ...process.env, GOBIN: bin, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
      });
    }
    // What else a machine has (shellcheck, pyflakes) decides nothing.
    const args = ["-no-color", "-shellcheck=", "-pyflakes=", ...globSync(".github/workflows/*.yml", { cwd: root })];
    const { status, stdout, stderr } = spawnSync(actionlint, args, { cwd: root, encoding: "utf8" });
    expect({ status, found: `${stdout}${stderr}` }).toEqual({ status: 0, found: "" });
  },
  300_000,
);
