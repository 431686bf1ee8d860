import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Preview } from "../../release/preview.ts";
import type { Released } from "../../release/release.ts";
import type { Ledger } from "../../stacks/ledger.ts";
import { makeDeployedProject, type Project, releasedIn } from "./project.ts";

let project: Project;
const minutes = 120_000;

/** Each test goes on from the one before, as a day's work does. */
describe("a release", () => {
  beforeAll(async () => {
    project = await makeDeployedProject();
  }, 5 * minutes);
  afterAll(() => project.remove(), minutes);

  test("brings new stacks up, staging first", () => {
    const { completed, stages } = readReleased();
    expect({ completed, stages }).toEqual({
      completed: true,
      stages: [
        stage("staging", "updated"),
        stage("prod-au", "updated"),
        stage("prod-au", "watched"),
        stage("prod-eu", "updated"),
        stage("prod-eu", "watched"),
      ],
    });
  });

  test(
    "is refused to a raw pulumi up of production before staging has been through it",
    async () => {
      project.edit("infra/queue.ts", "maxReceives = 250", "maxReceives = 249");
      project.commit("nine attempts");
      const before = await resources("prod-eu");
      await expect(project.pulumi("up", "--yes", "--suppress-outputs", "--stack", "prod-eu")).rejects.toThrow(
        /prod-eu: staging has not verified release [0-9a-f]{12}; nothing was registered. Mend: npx order-queue release/,
      );
      expect(await resources("prod-eu")).toEqual(before);
    },
    minutes,
  );

  test(
    "goes on where it was interrupted, in the rehearsal and in the roll-out",
    async () => {
      await project.interrupt(/^staging: back to /, "release");
      await project.interrupt(/^prod-au: updated/, "release");
      const { transitions, verified } = await ledgerOf("staging");
      expect(transitions).toHaveLength(1);
      expect(transitions[0]).toMatchObject({
        from: verified[1]?.release,
        to: verified[0]?.release,
        operations: expect.arrayContaining(["replace aws:ecs/taskDefinition:TaskDefinition {stack}-ingest"]),
      });
    },
    6 * minutes,
  );

  test(
    "is let through to a raw pulumi up of production after its rehearsal",
    async () => {
      await project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "prod-eu");
      const { stages } = await released();
      expect(stages.filter(({ what }) => what !== "watched")).toEqual(
        ["staging", "prod-au", "prod-eu"].map((stack) => stage(stack, "unchanged")),
      );
    },
    3 * minutes,
  );

  test(
    "is refused where production would replace what staging has not replaced",
    async () => {
      project.edit("Pulumi.prod-au.yaml", "cidr: 10.1.0.0/16", "cidr: 10.9.0.0/16");
      project.commit("another address range in AU");
      await expect(released()).rejects.toThrow(
        "prod-au would replace aws:ec2/vpc:Vpc {stack}, which staging has not done",
      );
      const { operations } = await previewed();
      expect(operations["prod-au"]?.unrehearsed).toContain("replace aws:ec2/vpc:Vpc {stack}");
      expect(operations["prod-eu"]?.unrehearsed).toEqual([]);
      project.edit("Pulumi.prod-au.yaml", "cidr: 10.9.0.0/16", "cidr: 10.1.0.0/16");
      project.commit("the old address range");
    },
    3 * minutes,
  );

  test(
    "is taken back by history, twice in a row",
    async () => {
      for (const days of ["60", "30"]) {
        project.edit("Pulumi.prod-eu.yaml", /logRetentionDays: "\d+"/, `logRetentionDays: "${days}"`);
        project.commit(`logs for ${days} days`);
        await project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "prod-eu");
      }
      expect(await retention("prod-eu")).toBe(30);
      expect(await project.orderQueue("rollback", "prod-eu", "--dry-run")).toMatch(/nothing was changed\.$/m);
      expect(await retention("prod-eu")).toBe(30);
      await project.orderQueue("rollback", "prod-eu");
      expect(await retention("prod-eu")).toBe(60);
      await project.orderQueue("rollback", "prod-eu");
      expect(await retention("prod-eu")).toBe(90);
      await expect(project.orderQueue("rollback", "prod-eu", "--to", "99")).rejects.toThrow(
        /prod-eu cannot go back to update 99: its history has updates 1 to \d+/,
      );
    },
    6 * minutes,
  );

  test(
    "passes by broken glass, with the reason in outputs and history, once",
    async () => {
      project.edit("infra/queue.ts", "maxReceives = 249", "maxReceives = 248");
      const { gate } = await previewed();
      const release = /release ([0-9a-f]{12})/.exec(gate["prod-au"]?.why ?? "")?.[1];
      const reason = "AU cannot wait for staging: orders are given up too late";
      project.edit(
        "Pulumi.prod-au.yaml",
        "config:",
        `config:\n  order-queue:breakGlass:\n    release: "${release}"\n    reason: "${reason}"`,
      );
      project.commit("eight attempts, at once");
      await project.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", "prod-au");
      expect(JSON.parse(await project.pulumi("stack", "output", "--stack", "prod-au", "--json"))).toMatchObject({
        release,
        brokenGlass: reason,
      });
      expect((await ledgerOf("prod-au")).verified[0]).toMatchObject({ release, brokenGlass: reason });
      const [latest] = JSON.parse(await project.pulumi("stack", "history", "--stack", "prod-au", "--json"));
      expect(JSON.stringify(latest.config)).toContain(reason);

      project.edit("infra/queue.ts", "maxReceives = 248", "maxReceives = 247");
      project.commit("seven attempts");
      await expect(project.pulumi("up", "--yes", "--suppress-outputs", "--stack", "prod-au")).rejects.toThrow(
        /nothing was registered/,
      );
    },
    4 * minutes,
  );

  test("leaves no stack file changed and no worktree behind", () => {
    expect(project.changes()).toBe("");
    expect(project.git("worktree", "list").split("\n")).toHaveLength(1);
  });
});

const stage = (stack: string, what: string) => ({
  stack,
  what,
  detail: expect.any(String),
  seconds: expect.any(Number),
});

async function released(): Promise<Released> {
  await project.orderQueue("release", "--json", releasedIn(project.folder));
  return readReleased();
}

const readReleased = (): Released => JSON.parse(readFileSync(releasedIn(project.folder), "utf8"));

async function previewed(): Promise<Preview> {
  const file = join(project.folder, ".order-queue", "preview.json");
  await project.orderQueue("preview", "--json", file).catch(() => {});
  return JSON.parse(readFileSync(file, "utf8"));
}

async function ledgerOf(stack: string): Promise<Ledger> {
  return JSON.parse(await project.pulumi("stack", "output", "ledger", "--stack", stack, "--json"));
}

interface State {
  type: string;
  urn: string;
  id: string;
  /** When it was last changed. */
  modified: string;
  outputs: Record<string, unknown>;
}

async function states(stack: string): Promise<State[]> {
  return JSON.parse(await project.pulumi("stack", "export", "--stack", stack)).deployment.resources;
}

async function resources(stack: string): Promise<string[][]> {
  return (await states(stack))
    .filter(({ type }) => type.startsWith("aws:"))
    .map(({ urn, id, modified }) => [urn, id, modified]);
}

async function retention(stack: string): Promise<unknown> {
  return (await states(stack)).find(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup")?.outputs.retentionInDays;
}
