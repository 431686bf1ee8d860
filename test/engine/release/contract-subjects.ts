/** The two engines of the contract suite, behind the commands that an engineer uses. */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Released } from "../../../release/promotion/release.ts";
import { rollback } from "../../../release/promotion/rollback.ts";
import { update } from "../../../release/promotion/update.ts";
import { historyCommand } from "../../../release/workspace/engine.ts";
import { reason } from "../../../release/workspace/reason.ts";
import { type Ledger, readLedger } from "../../../stacks/ledger.ts";
import { FakeBackend } from "../../unit/release/fake/backend.ts";
import { FakeProcess, rawUp } from "../../unit/release/fake/engine.ts";
import {
  folder,
  interruptedRelease,
  quiet,
  release,
  type Timeless,
  timeless,
} from "../../unit/release/fake/orchestrate.ts";
import { changeFile } from "../../unit/release/fake/project.ts";
import { makeDeployedProject, type Project } from "../project.ts";

/** Changes of the project: each is a release of its own. */
export type Change = "fewer receives" | "another release answers" | "fewer receives at once";
export const letters = [..."abcdefghijk"] as const;
export type Letter = (typeof letters)[number];

export interface Subject {
  commit(change: Change): void;
  /** Commits one of these releases; the base runs `a`. */
  commitRelease(letter: Letter): void;
  /** Commits a harmless setting of a stack. */
  configure(stack: string, days: string): void;
  /** Rolls a stack back; resolves with whether it did. */
  rollback(stack: string): Promise<boolean>;
  /** Commits broken glass for a release in prod-au's stack file. */
  breakGlass(release: string, why: string): void;
  release(): Promise<Timeless>;
  /** Kills `order-queue release` when it prints a line like `at`. */
  interrupt(at: RegExp): Promise<void>;
  /** A raw `pulumi up`, of the resources of one type alone where it is given; resolves with the program's error where it refuses. */
  up(stack: string, target?: string): Promise<string | undefined>;
  /** Message and result of each update, the newest first. */
  history(stack: string): Promise<string[]>;
  ledger(stack: string): Promise<Ledger>;
  output(stack: string, name: string): Promise<unknown>;
  /** Logical names and state of what a stack has on AWS. */
  resources(stack: string): Promise<unknown>;
}

const refusalOf = (message: string) => /^.*(prod-\w+: .*No resources were changed.*)$/m.exec(message)?.[1];

/** How the base was deployed: with nothing to wait for, and staging again once its store's owner had published a record. */
const base = { subject: "the working tree as it is", updates: ["staging", "staging", "prod-au", "prod-eu"] };
const production = ["prod-au", "prod-eu"];

export class FakeSubject implements Subject {
  readonly #backend: FakeBackend;

  private constructor(backend: FakeBackend) {
    this.#backend = backend;
  }

  static async open(): Promise<FakeSubject> {
    const backend = new FakeBackend();
    backend.tree = { ...backend.tree, subject: base.subject, files: watched(backend, "0") };
    backend.commits.set(backend.tree.commit, backend.tree);
    for (const name of base.updates) await update(new FakeProcess(backend).workspace, name, { progress: quiet });
    return new FakeSubject(backend);
  }

  commit(change: Change): void {
    const broken: Record<string, string> = {};
    if (change === "another release answers") broken.staging = "expected release";
    const releases = { "fewer receives": "b", "another release answers": "c", "fewer receives at once": "d" };
    const files = watched(this.#backend, "1");
    this.#backend.commit({ release: releases[change].repeat(12), subject: change, broken, files });
  }

  commitRelease(letter: Letter): void {
    const files = watched(this.#backend, "1");
    this.#backend.commit({ release: letter.repeat(12), subject: `release ${letter}`, files });
  }

  configure(stack: string, days: string): void {
    this.#backend.configure(stack, { logRetentionDays: days });
  }

  async rollback(stack: string): Promise<boolean> {
    const { workspace } = new FakeProcess(this.#backend);
    return rollback(workspace, stack, { folder, progress: quiet }).then(
      () => true,
      () => false,
    );
  }

  breakGlass(glass: string, why: string): void {
    this.#backend.configure("prod-au", { breakGlass: JSON.stringify({ release: glass, reason: why }) });
  }

  release = () => release(this.#backend);
  interrupt = (at: RegExp) => interruptedRelease(this.#backend, at);

  async up(stack: string, target?: string): Promise<string | undefined> {
    try {
      await rawUp(this.#backend, new FakeProcess(this.#backend), stack, target);
      return undefined;
    } catch (error) {
      return refusalOf(reason(error));
    }
  }

  history = async (stack: string) =>
    this.#backend.open(stack).history.map(({ message, result }) => `${result}: ${message}`);
  ledger = async (stack: string) => readLedger(this.#backend.open(stack).outputs.ledger);
  output = async (stack: string, name: string) => this.#backend.open(stack).outputs[name];
  resources = async (stack: string) => structuredClone(this.#backend.open(stack).state);
}

export class RealSubject implements Subject {
  readonly project: Project;
  /** Where `release --json` writes to. */
  readonly #report: string;

  constructor(project: Project) {
    this.project = project;
    this.#report = join(project.folder, ".order-queue", "released.json");
  }

  static async open(): Promise<RealSubject> {
    return new RealSubject(await makeDeployedProject());
  }

  commit(change: Change): void {
    const { project } = this;
    if (change === "fewer receives") {
      project.edit("infra/queue.ts", "maxReceives = 1_000", "maxReceives = 999");
      for (const stack of production) project.edit(`Pulumi.${stack}.yaml`, /bakeSeconds: .*/, 'bakeSeconds: "1"');
      // What fails is not waited for as long as on AWS.
      for (const stack of ["staging", ...production])
        project.edit(`Pulumi.${stack}.yaml`, /verificationSeconds: .*/, 'verificationSeconds: "10"');
    } else if (change === "another release answers")
      project.edit("service/ingest.ts", "release: settings.release,", 'release: "gone",');
    else {
      project.edit("service/ingest.ts", 'release: "gone",', "release: settings.release,");
      project.edit("infra/queue.ts", "maxReceives = 999", "maxReceives = 998");
    }
    project.commit(change);
  }

  commitRelease(letter: Letter): void {
    const { project } = this;
    // `a` is what the base runs.
    const receives = letter === "a" ? "1_000" : `${250 - letters.indexOf(letter)}`;
    project.edit("infra/queue.ts", /maxReceives = [\d_]+/, `maxReceives = ${receives}`);
    for (const stack of production) project.edit(`Pulumi.${stack}.yaml`, /bakeSeconds: .*/, 'bakeSeconds: "1"');
    this.#commitAlways(`release ${letter}`);
  }

  configure(stack: string, days: string): void {
    this.project.edit(`Pulumi.${stack}.yaml`, /logRetentionDays: .*/, `logRetentionDays: "${days}"`);
    this.#commitAlways(`settings of ${stack}`);
  }

  /** Also where nothing else has changed, as the in-memory repository does. */
  #commitAlways(message: string): void {
    appendFileSync(join(this.project.folder, "docs", "commits.md"), "one more\n");
    this.project.commit(message);
  }

  async rollback(stack: string): Promise<boolean> {
    return this.project.orderQueue("rollback", stack).then(
      () => true,
      () => false,
    );
  }

  breakGlass(glass: string, why: string): void {
    const setting = `config:\n  order-queue:breakGlass:\n    release: "${glass}"\n    reason: "${why}"`;
    this.project.edit("Pulumi.prod-au.yaml", "config:", setting);
    this.project.commit("settings of prod-au");
  }

  async release(): Promise<Timeless> {
    // A release that is stopped exits with 1; its report says why.
    await this.project.orderQueue("release", "--json", this.#report).catch(() => {});
    return this.#released();
  }

  interrupt = (at: RegExp) => this.project.interrupt(at, "release");

  async up(stack: string, target?: string): Promise<string | undefined> {
    const some = target === undefined ? [] : ["--target", `**${target}**`];
    try {
      await this.project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack, ...some);
      return undefined;
    } catch (error) {
      return refusalOf((error as Error).message)?.trim() ?? (error as Error).message;
    }
  }

  async history(stack: string): Promise<string[]> {
    const updates: { message: string; result: string }[] = JSON.parse(
      await this.project.pulumi(...historyCommand(stack)),
    );
    return updates.map(({ message, result }) => `${result}: ${message}`);
  }

  ledger = async (stack: string) => readLedger(await this.output(stack, "ledger"));

  async output(stack: string, name: string): Promise<unknown> {
    return JSON.parse(await this.project.pulumi("stack", "output", "--stack", stack, "--json"))[name];
  }

  async resources(stack: string): Promise<unknown> {
    const { deployment } = JSON.parse(await this.project.pulumi("stack", "export", "--stack", stack));
    const all: { urn: string; type: string; id: string; modified: string }[] = deployment.resources;
    return all.filter(({ type }) => type.startsWith("aws:")).map(({ urn, id, modified }) => ({ urn, id, modified }));
  }

  #released(): Timeless {
    return timeless(JSON.parse(readFileSync(this.#report, "utf8")) as Released);
  }

  /** Configuration that the newest update of a stack ran with, as the engine's history records it. */
  async configOf(stack: string): Promise<string> {
    const [newest] = JSON.parse(await this.project.pulumi(...historyCommand(stack)));
    return JSON.stringify(newest.config);
  }

  worktrees(): string[] {
    return this.project.git("worktree", "list").split("\n");
  }
}

/** The stack files in which production is watched for so many seconds after an update. */
const watched = ({ tree }: FakeBackend, bakeSeconds: string) =>
  production.reduce((files, name) => changeFile(files, name, { bakeSeconds }), tree.files);

/** What each stack remembers, without what AWS and the clock decide. */
export async function records(subject: Subject) {
  return Promise.all(
    ["staging", "prod-au", "prod-eu"].map(async (stack) => {
      const { verified, transitions } = await subject.ledger(stack);
      return {
        history: await subject.history(stack),
        running: await subject.output(stack, "release"),
        verified: verified.map(({ release, commit, dirty, operations }) => ({
          release,
          commit,
          dirty,
          operations: taskDefinitions(operations),
        })),
        transitions: transitions.map(({ from, to, commit, operations }) => ({
          from,
          to,
          commit,
          operations: taskDefinitions(operations),
        })),
      };
    }),
  );
}

/** The operations that both programs have in common. */
function taskDefinitions(operations: Ledger["verified"][number]["operations"]): string[] {
  return (operations ?? []).filter((operation) => / aws:ecs\/taskDefinition:TaskDefinition /.test(operation));
}

/** Names releases and commits in the order in which they first appear, so that two engines can be compared. */
export function namer(): <T>(value: T) => T {
  const names = new Map<string, string>();
  return <T>(value: T): T => {
    const text = JSON.stringify(value).replace(/\b(c[0-9]0{38}|[0-9a-f]{40}|[0-9a-f]{12}|c[0-9]0{10})\b/g, (hash) => {
      const short = hash.slice(0, 12);
      const name = names.get(short) ?? `#${names.size + 1}`;
      names.set(short, name);
      return name;
    });
    return JSON.parse(text);
  };
}
