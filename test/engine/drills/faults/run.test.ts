import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chooseFaults } from "../../../../drills/faults/read.ts";
import type { DrillResult } from "../../../../drills/faults/result.ts";
import { sharedState } from "../../project.ts";

const root = resolve(import.meta.dirname, "../../../..");
const folder = mkdtempSync(join(tmpdir(), "order-queue-drill-test-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `order-queue drill` on the real engine; its exit code and what it wrote. */
async function drill(faults: unknown, ...more: string[]) {
  const [corpus, json] = [join(folder, "corpus.json"), join(folder, "result.json")];
  writeFileSync(corpus, JSON.stringify(faults));
  const args = ["cli/main.ts", "--state", sharedState(), "drill", "--corpus", corpus, "--json", json, ...more];
  const [code, stderr] = await new Promise<[number, string]>((done) => {
    execFile(join(root, "node_modules/.bin/node"), args, { cwd: root }, (error, _stdout, text) =>
      done([Number(error?.code ?? 0), text]),
    );
  });
  return { code, stderr, result: () => JSON.parse(readFileSync(json, "utf8")) as DrillResult };
}

const known = [
  ...["ctr-cpu-memory-illegal", "net-nat-eip-replaced", "q-max-receive-count-one", "par-env-var-never-set"],
  "sec-secret-name-of-its-own",
];

test("each stage catches its own, a killed container is detected, and a harmless change passes", async () => {
  const faults = [
    ...[...known, "rt-task-killed", "ok-dashboard-text"].flatMap((id) => chooseFaults(undefined, id)),
    {
      id: "service-answers-health-with-500",
      category: "image",
      title: "Every new container fails its health check",
      image: { entryPoint: ["node", "-e", "process.exit(1)"] },
    },
  ];
  const { code, stderr, result } = await drill(faults);
  const { faults: put, harmless, caught, total } = result();
  expect(Object.fromEntries(put.map(({ id, stage, caughtBy }) => [id, [stage, caughtBy]]))).toEqual({
    "ctr-cpu-memory-illegal": ["types", "preview"],
    "net-nat-eip-replaced": ["preview", "preview"],
    "q-max-receive-count-one": ["policy", "policy"],
    "par-env-var-never-set": ["parity", "parity"],
    "service-answers-health-with-500": ["verification", "verification"],
    "sec-secret-name-of-its-own": ["rehearsal", "rehearsal"],
    "rt-task-killed": ["production", null],
  });
  const of = (id: string) => put.find((fault) => fault.id === id);
  expect(of("q-max-receive-count-one")?.evidence).toContain("staging-orders: breaks queue-tries-again");
  expect(of("par-env-var-never-set")?.evidence).toContain("environment[RECEIPTS_QUEUE_URL]");
  expect(of("net-nat-eip-replaced")?.evidence).toContain("ERPs that allow only the old address refuse every order");
  expect(of("sec-secret-name-of-its-own")?.evidence).toContain(
    "forward again: staging: creating Secrets Manager Secret",
  );
  expect(of("rt-task-killed")).toMatchObject({
    detectedBy: expect.stringMatching(
      /^prod-au: a container of service:prod-au-ingest-\w+ stopped: Task stopped by user\.$/,
    ),
    detectedSeconds: expect.any(Number),
    recoveredSeconds: expect.any(Number),
    ordersLost: 0,
    handshakesFailed: 0,
  });
  expect(harmless).toEqual([expect.objectContaining({ id: "ok-dashboard-text", stopped: null })]);
  expect([caught, total, code]).toEqual([7, 7, 0]);
  expect(stderr).toContain("q-max-receive-count-one: caught by policy");
}, 600_000);

test("a fault that nothing stops is said not to be caught; with a preview alone that is more of them", async () => {
  const faults = chooseFaults(undefined, "q-max-receive-count-one");
  // From nothing, for which no stacks have to be deployed.
  const { code, stderr, result } = await drill(
    faults.map((fault) => ({ ...fault, scenario: { from: "scratch" } })),
    "--baseline",
  );
  expect(stderr).not.toContain("deployed");
  expect(result()).toMatchObject({
    faults: [{ id: "q-max-receive-count-one", stage: null, caughtBy: null, detectedBy: null }],
    caught: 0,
    total: 1,
  });
  expect(code).toBe(1);
}, 600_000);

test("a corpus that cannot be read is a wrong call, and nothing is started", async () => {
  const { code, stderr } = await drill([{ id: "a-fault", category: "queue", title: "Something", resources: [{}] }]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/corpus\.json \[0\] \(a-fault\)\.resources\[0\]\.type: expected a value/);
  expect(stderr).not.toContain("deployed");
});
