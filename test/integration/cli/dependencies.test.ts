import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { difference, npmFailed } from "../../../cli/dependencies.cjs";

const root = join(__dirname, "../../..");
const wanted = { packages: { "": {}, "node_modules/left": { version: "1.0.0", integrity: "sha512-a" } } };
let project: string;

/** A project of one package, with the real cli/run.mjs and an npm that notes each call and then does `npm`. */
function makeProject(npm: string): void {
  for (const file of ["cli/run.mjs", "cli/dependencies.cjs", "engine/lock.cjs"]) {
    cpSync(join(root, file), join(project, file));
  }
  mkdirSync(join(project, "bin"));
  writeFileSync(join(project, "bin", "npm"), `#!/bin/sh\necho "$@" >> calls\n${npm}\n`);
  chmodSync(join(project, "bin", "npm"), 0o755);
  writeFileSync(join(project, "package-lock.json"), JSON.stringify(wanted));
  writeFileSync(join(project, "installed.json"), JSON.stringify(wanted));
  writeFileSync(join(project, "target.mjs"), "console.log(process.argv.slice(2).join('|')); process.exit(7);");
}

const install = `mkdir -p node_modules/node/bin node_modules/.bin
ln -sf '${process.execPath}' node_modules/node/bin/node
ln -sf ../node/bin/node node_modules/.bin/node
cp installed.json node_modules/.package-lock.json`;

function installed(lockfile: object): void {
  mkdirSync(join(project, "node_modules", "node", "bin"), { recursive: true });
  mkdirSync(join(project, "node_modules", ".bin"));
  symlinkSync(process.execPath, join(project, "node_modules", "node", "bin", "node"));
  symlinkSync("../node/bin/node", join(project, "node_modules", ".bin", "node"));
  writeFileSync(join(project, "node_modules", ".package-lock.json"), JSON.stringify(lockfile));
}

async function run(target = "target.mjs", ...args: string[]) {
  const child = spawn(process.execPath, [join(project, "cli", "run.mjs"), target, ...args], {
    env: { PATH: [join(project, "bin"), "/usr/bin", "/bin"].join(delimiter) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

const npmCalls = () =>
  existsSync(join(project, "calls")) ? readFileSync(join(project, "calls"), "utf8").trim().split("\n") : [];
const CI = "ci --include=dev --no-audit --no-fund --loglevel=warn";

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "order-queue-setup-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

test("with the packages of the lockfile there, npm is not called; arguments and exit code pass through", async () => {
  makeProject("exit 1");
  installed(wanted);
  expect(await run("target.mjs", "--exit", "a b")).toEqual({ code: 7, stdout: "--exit|a b\n", stderr: "" });
  expect(npmCalls()).toEqual([]);
});

test("with another version there, npm ci is called once, and the target runs after it", async () => {
  makeProject(install);
  installed({ packages: { "node_modules/left": { version: "0.9.0", integrity: "sha512-b" } } });
  const { code, stderr } = await run();
  expect(code).toBe(7);
  expect(stderr).toContain("Installing packages: left is 0.9.0, package-lock.json says 1.0.0");
  expect(npmCalls()).toEqual([CI]);
});

test("two at the same time on a fresh clone call npm ci once", async () => {
  makeProject(`sleep 0.3\n${install}`);
  const results = await Promise.all([run(), run()]);
  expect(results.map(({ code }) => code)).toEqual([7, 7]);
  expect(npmCalls()).toEqual([CI]);
});

test("when npm ci fails, its last lines are shown with what to do, and the target does not run", async () => {
  makeProject('echo "npm error code ENOTFOUND registry.example" >&2; exit 1');
  const { code, stdout, stderr } = await run();
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(
    "npm ci failed (exit code 1). Its last lines:\n  npm error code ENOTFOUND registry.example\n",
  );
  expect(stderr).toContain("npm could not reach its registry.");
  expect(existsSync(join(project, ".order-queue", "npm.lock"))).toBe(false);
});

test("without npm, the message says where to get it", async () => {
  makeProject("exit 0");
  rmSync(join(project, "bin", "npm"));
  const child = spawn(process.execPath, [join(project, "cli", "run.mjs"), "target.mjs"], {
    env: { PATH: dirname(join(project, "bin", "x")) },
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(stderr).toContain("npm is not on PATH. It comes with Node");
});

test("an install that ran no scripts is named, for Node 24 comes by one", async () => {
  makeProject("mkdir -p node_modules; cp installed.json node_modules/.package-lock.json");
  const { code, stderr } = await run();
  expect(code).toBe(1);
  expect(stderr).toContain("its install script did not run (is ignore-scripts set?");
});

test("SIGTERM reaches the target, whose exit code comes back", async () => {
  makeProject("exit 1");
  installed(wanted);
  writeFileSync(
    join(project, "target.mjs"),
    "process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1000); console.log('up');",
  );
  const child = spawn(process.execPath, [join(project, "cli", "run.mjs"), "target.mjs"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([42, null]);
});

describe("packages differ when", () => {
  const left = wanted.packages["node_modules/left"];
  test.each([
    ["nothing is installed", undefined, "nothing is installed yet"],
    ["one is missing", { packages: {} }, "left 1.0.0 is missing"],
    [
      "one has other contents",
      { packages: { "node_modules/left": { ...left, integrity: "x" } } },
      "left 1.0.0 is not the one of package-lock.json",
    ],
    [
      "one is there too many",
      { packages: { "node_modules/left": left, "node_modules/@a/b": left } },
      "@a/b is not in package-lock.json",
    ],
  ])("%s", (_, installed, words) => expect(difference(wanted, installed)).toBe(words));

  test("but not when one of another platform is missing", () => {
    const lockfile = { packages: { ...wanted.packages, "node_modules/win": { version: "1.0.0", optional: true } } };
    expect(difference(lockfile, { packages: { "node_modules/left": left } })).toBeUndefined();
  });

  describe("and those for development", () => {
    const jest = { version: "30.0.0", integrity: "sha512-j", dev: true };
    const lockfile = { packages: { ...wanted.packages, "node_modules/jest": jest, "node_modules/swc": { ...jest } } };
    const production = { packages: { "node_modules/left": left } };

    test("may be absent in production alone", () => {
      expect(difference(lockfile, production, true)).toBeUndefined();
      expect(difference(lockfile, production)).toBe("jest 30.0.0 is missing");
    });

    test("must be complete where some are installed", () => {
      const installed = { packages: { ...production.packages, "node_modules/jest": jest } };
      expect(difference(lockfile, installed, true)).toBe("swc 30.0.0 is missing");
    });
  });
});

test.each([
  ["npm error code EUSAGE", "do not agree: run `npm install` there"],
  ["npm error ENOSPC: no space left on device", "The disk is full"],
  ["npm error something else", "Run `npm ci` in /project to see all of it."],
])("npm's %j is explained", (output, words) => {
  expect(npmFailed("/project", 1, output)).toContain(words);
});
