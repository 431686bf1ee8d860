/**
 * `npm run clients`: AWS CLI 1 and boto3, from PyPI, against a twin of its own. Exit codes: 0 every call answered as
 * the files in calls/ say, or there is no Python; 1 a call differs; 2 a wrong call.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { calls } from "../../../tools/bounds/calls.ts";
import { operatorEnvironment } from "../../../twin/start.ts";
import { account } from "../../integration/twin/cloud.ts";
import { startFixture } from "./fixture.ts";
import { regionResources } from "./region.ts";

/** boto3 and botocore come with it. */
const packages = ["awscli==1.46.3", "boto3==1.43.62"];

const help = `Usage: npm run clients

Runs AWS CLI and boto3 against a twin that it starts, and compares each answer with test/twin/clients/calls. Botocore
judges the create call of every resource of a region.

  --help  this text

Example: npm run clients
Exit codes: 0 all as listed, or no Python 3 here; 1 a call differs; 2 wrong call`;

/** The folder of a virtual environment with the packages, made when it is missing. */
function environmentOf(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(cache, "order-queue", "clients", packages.join("-").replaceAll("=", ""));
  const python = join(folder, "bin/python");
  if (existsSync(join(folder, "complete"))) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [command, args] of [
    ["python3", ["-m", "venv", folder]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]],
  ] as const) {
    const { status } = spawnSync(command, args, { stdio: "inherit" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed. Fix: make PyPI reachable (PIP_INDEX_URL)`);
  }
  mkdirSync(join(folder, "complete"));
  return python;
}

/** For what is asked of the last hour. */
function times(): Record<string, string> {
  const [hourAgo = "", now = ""] = [3_600_000, 0].map((before) => new Date(Date.now() - before).toISOString());
  return { hourAgo, now };
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: "boolean" } } });
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (spawnSync("python3", ["-m", "venv", "--help"]).status !== 0) {
    console.log("no Python 3 with venv here: the clients are not tested");
    return 0;
  }
  const python = environmentOf();
  const { cloud, names, close } = await startFixture();
  try {
    const env = {
      ...process.env,
      ...operatorEnvironment(cloud),
      ...{
        AWS_DEFAULT_REGION: names.region,
        AWS_PAGER: "",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_EC2_METADATA_DISABLED: "true",
      },
      ...{ FIXTURE: JSON.stringify({ ...names, ...times() }), AWS_SHARED_CREDENTIALS_FILE: "/dev/null" },
    };
    const child = spawn(python, ["-B", join(import.meta.dirname, "clients.py")], {
      env,
      stdio: ["pipe", "inherit", "inherit"],
    });
    child.stdin.end(JSON.stringify({ resources: await regionResources(cloud, account), calls }));
    return await new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
  } finally {
    await close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") ? 2 : 1;
}
