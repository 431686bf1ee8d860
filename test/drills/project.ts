/**
 * A copy of the project in a git repository of its own, with a twin beside it: what an engineer has after `git clone`,
 * `npm ci` and `npx order-queue twin`. Commands run as they would in a shell, on the real engine.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { run } from "../../release/process.ts";

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
  remove(): Promise<void>;
}

/** @param prepare changes the copy before it is committed and the twin starts on it */
export async function makeProject(prepare: (folder: string) => void = () => {}): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), "order-queue-project-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@orderhub.example", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: source, encoding: "utf8" })
    .split("\0")
    .filter(Boolean);
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(source, file), join(folder, file));
  }
  symlinkSync(join(source, "node_modules"), join(folder, "node_modules"));
  prepare(folder);
  git("init", "--quiet", "--initial-branch=main");
  const commit = (message: string) => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  commit("as it is");

  // Also where an engine answers, so that the suite takes the same everywhere; TWIN_CONTAINERS puts it to Docker.
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
  return {
    folder,
    env,
    orderQueue,
    interrupt: (at, ...args) => interrupt(folder, at, args),
    commit,
    git,
    pulumi: (...args) => run("pulumi", [...args, "--non-interactive"], { cwd: folder, env }),
    edit: (file, from, to) => edit(join(folder, file), from, to),
    changes: () => git("status", "--porcelain"),
    remove: async () => {
      const ended = new Promise((done) => twin.once("close", done));
      twin.kill("SIGINT");
      await ended;
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
