import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const directory = mkdtempSync(join(tmpdir(), "twin-"));
let twin: ChildProcess | undefined;

/** Starts a twin with one service in a process of its own; resolves with what it says when the service is steady. */
function start(): Promise<{ task: string; pid: number; orders: number; stopped: string[] }> {
  twin = spawn(process.execPath, [join(import.meta.dirname, "twin-process.ts"), directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const child = twin;
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => resolve(JSON.parse(line)));
    child.on("exit", (code) => reject(new Error(`the twin ended with ${code}`)));
  });
}

const ended = (child: ChildProcess | undefined) => new Promise((resolve) => child?.on("exit", resolve));
const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterAll(async () => {
  const gone = ended(twin);
  twin?.kill("SIGKILL");
  await gone;
  rmSync(directory, { recursive: true, force: true });
});

it("its containers end with it, and a new twin on the same state brings them and the queue's messages back", async () => {
  const first = await start();
  expect(lives(first.pid)).toBe(true);
  const gone = ended(twin);
  twin?.kill("SIGKILL");
  await gone;
  const deadline = Date.now() + 5000;
  while (lives(first.pid) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(lives(first.pid)).toBe(false);

  const second = await start();
  expect(second.task).not.toBe(first.task);
  expect(second.stopped).toEqual(["The twin was stopped"]);
  expect([first.orders, second.orders]).toEqual([1, 2]);
});
