/**
 * A copy of the project in a git repository of its own, with a twin beside it: what an engineer has after `git clone`,
 * `npm ci` and `npx order-queue twin`. Commands run as they would in a shell, on the real engine.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Base } from "../../drills/base.ts";
import { Control } from "../../drills/control.ts";
import { isSteady } from "../../drills/soak/steady.ts";
import { until } from "../../drills/wait.ts";
import type { Preview } from "../../release/checks/preview.ts";
import { run } from "../../release/workspace/process.ts";

const source = resolve(import.meta.dirname, "../..");
const node = join(source, "node_modules/.bin/node");

export interface Project {
  folder: string;
  /** What `order-queue env` prints. */
  env: Record<string, string>;
  /** Runs `pulumi …` and returns what it printed. */
  pulumi(...args: string[]): Promise<string>;
  /** Runs `order-queue …`. */
  orderQueue(...args: string[]): Promise<string>;
  /** What `order-queue preview` finds. */
  preview(): Promise<Preview>;
  /** The outputs of a stack's last update. */
  // biome-ignore lint/suspicious/noExplicitAny: outputs differ from stack to stack
  outputs(stack: string): Promise<any>;
  /** What the stack's last update recorded. */
  resources(stack: string): Promise<Recorded[]>;
  /** The control API of the project's twin. */
  control: Control;
  /** Runs `order-queue …` and kills it, with all it started, as soon as it prints a line like `at`. */
  interrupt(at: RegExp, ...args: string[]): Promise<void>;
  /** Commits everything and returns the commit. */
  commit(message: string): string;
  /** {@link edit} in the project's folder. */
  edit(file: string, from: string | RegExp, to: string): void;
  /** Runs `git …` and returns what it printed. */
  git(...args: string[]): string;
  /** Uncommitted changes, as `git status --porcelain` tells them. */
  changes(): string;
  /** Ends the twin; everything stays on disk. */
  end(): Promise<void>;
  /** Ends the twin and removes everything. */
  remove(): Promise<void>;
}

export interface Recorded {
  urn: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: outputs differ from type to type
  outputs: Record<string, any>;
}

/** @param prepare changes the copy before it is committed and the twin starts on it */
export async function makeProject(prepare: (folder: string) => void = () => {}): Promise<Project> {
  const folder = newFolder(tmpdir());
  copySources(folder, prepare);
  return openProject(folder);
}

/** A copy of the three stacks that a run of the tests deploys once, with its git repository, its twin and its backend. */
export async function makeDeployedProject(): Promise<Project> {
  const base = await deployedBase();
  const folder = newFolder(tmpdir());
  cpSync(base.project, folder, { recursive: true });
  cpSync(base.state, join(folder, ".order-queue"), { recursive: true });
  const project = await openProject(folder);
  // Its containers start with the twin, and a load balancer answers 503 until one is healthy.
  const steady = await until(async () => {
    const status = await project.control.status();
    return base.deployed.every(({ stack }) => isSteady(status, stack));
  }, 300_000);
  if (steady) return project;
  const { regions } = await project.control.status();
  await project.remove();
  throw new Error(`the containers did not become healthy: ${JSON.stringify(regions)}`);
}

/** Deployed by the first suite that needs it, as the drill does it too. */
async function deployedBase(): Promise<Base> {
  const command = [join(import.meta.dirname, "deploy.ts"), sharedState()];
  return JSON.parse(await run(node, command, { cwd: source, env: {} }));
}

/** Folder of local state that the suites of a run share. */
export const sharedState = (): string => process.env.ORDER_QUEUE_TEST_RUN ?? "";

const newFolder = (within: string) => mkdtempSync(join(within, "order-queue-project-"));

const gitIn = (cwd: string, args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@orderhub.example", ...args], {
    cwd,
    encoding: "utf8",
  }).trim();

function commitAll(folder: string, message: string): string {
  gitIn(folder, ["add", "--all"]);
  gitIn(folder, ["commit", "--quiet", "--message", message]);
  return gitIn(folder, ["rev-parse", "HEAD"]);
}

/** The project's files, committed in a repository of their own. */
function copySources(folder: string, prepare: (folder: string) => void): void {
  const files = gitIn(source, ["ls-files", "-co", "--exclude-standard", "-z"]).split("\0").filter(Boolean);
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(source, file), join(folder, file));
  }
  symlinkSync(join(source, "node_modules"), join(folder, "node_modules"));
  prepare(folder);
  gitIn(folder, ["init", "--quiet", "--initial-branch=main"]);
  commitAll(folder, "as it is");
}

/** Starts a twin on the folder. */
async function openProject(folder: string): Promise<Project> {
  // Also where an engine answers, so that the suite takes the same everywhere; TWIN_CONTAINERS runs it in Docker.
  const containers = process.env.TWIN_CONTAINERS ?? "processes";
  const twin = spawn(node, ["cli/main.ts", "twin", "--containers", containers], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((ready, failed) => {
    createInterface({ input: twin.stdout }).on("line", (line) => line.startsWith("The twin is up") && ready());
    twin.once("exit", (code) => failed(new Error(`the twin ended with ${code} before it was up`)));
  });
  const orderQueue = (...args: string[]) => run(node, ["cli/main.ts", ...args], { cwd: folder, env: {} });
  const env = shellEnvironment(await orderQueue("env"));
  const end = async () => {
    const ended = new Promise((done) => twin.once("close", done));
    twin.kill("SIGINT");
    await ended;
  };
  const pulumi = (...args: string[]) => run("pulumi", [...args, "--non-interactive"], { cwd: folder, env });
  const { api } = JSON.parse(readFileSync(join(folder, ".order-queue", "twin", "twin.json"), "utf8"));
  return {
    folder,
    env,
    orderQueue,
    pulumi,
    control: new Control(api),
    preview: async () => {
      const file = join(folder, ".order-queue", "preview.json");
      await orderQueue("preview", "--fresh", "--json", file).catch(() => {});
      return JSON.parse(readFileSync(file, "utf8"));
    },
    outputs: async (stack) => JSON.parse(await pulumi("stack", "output", "--stack", stack, "--json")),
    resources: async (stack) =>
      JSON.parse(await pulumi("stack", "export", "--stack", stack)).deployment.resources ?? [],
    interrupt: (at, ...args) => interrupt(folder, at, args),
    commit: (message) => commitAll(folder, message),
    git: (...args) => gitIn(folder, args),
    edit: (file, from, to) => edit(join(folder, file), from, to),
    changes: () => gitIn(folder, ["status", "--porcelain"]),
    end,
    remove: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @throws Error when the command ends by itself before */
function interrupt(cwd: string, at: RegExp, args: string[]): Promise<void> {
  const child = spawn(node, ["cli/main.ts", ...args], { cwd, stdio: ["ignore", "ignore", "pipe"], detached: true });
  const lines: string[] = [];
  let killed = false;
  createInterface({ input: child.stderr }).on("line", (line) => {
    lines.push(line);
    if (killed || !at.test(line)) return;
    killed = true;
    process.kill(-Number(child.pid), "SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.once("close", () =>
      killed ? resolve() : reject(new Error(`ended before a line like ${at}:\n${lines.join("\n")}`)),
    );
  });
}

/** Replaces text in a file; throws when it is not there. */
export function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, "utf8");
  if (typeof from === "string" ? !text.includes(from) : !from.test(text)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, text.replace(from, to));
}

/** The variables of lines as `export NAME='value'`. */
function shellEnvironment(lines: string): Record<string, string> {
  return Object.fromEntries(
    [...lines.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [
      name,
      value.replaceAll("'\\''", "'"),
    ]),
  );
}
