import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftFiles, leftProcesses } from "../../../runner/leftovers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-queue-leftovers-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("files and folders that are left are named, and caches of Node and ts-node are not", () => {
  for (const name of ["order-queue-project-1", "node-compile-cache", "ts-node-94a6"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "a.json"), "");
  expect(leftFiles(folder)).toEqual([`${folder}/a.json`, `${folder}/order-queue-project-1`]);
});

test("a folder that is not there leaves nothing", () => {
  expect(leftFiles(join(folder, "none"))).toEqual([]);
});

test("a process of the run that still runs is named with its command, one of another run is not", () => {
  const add = (pid: number, run: string) => {
    mkdirSync(join(folder, String(pid)));
    writeFileSync(join(folder, String(pid), "environ"), `A=b\0ORDER_QUEUE_TEST_RUN=${run}/shared\0`);
    writeFileSync(join(folder, String(pid), "cmdline"), "node\0main.ts\0ingest\0");
  };
  add(7, "/tmp/this");
  add(8, "/tmp/other");
  expect(leftProcesses("/tmp/this", folder)).toEqual(["process 7: node main.ts ingest"]);
});

(process.platform === "linux" ? test : test.skip)("Linux says it of a real process", async () => {
  const child = spawn(process.execPath, ["-e", "console.log(1); process.stdin.resume()"], {
    env: { ORDER_QUEUE_TEST_RUN: `${folder}/shared` },
    stdio: ["pipe", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  expect(leftProcesses(folder)).toEqual([expect.stringContaining(`process ${child.pid}: `)]);
  child.stdin.end();
  await once(child, "close");
  expect(leftProcesses(folder)).toEqual([]);
});
