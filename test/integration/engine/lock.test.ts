import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../../../engine/lock.cjs";

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-queue-lock-"));
  lock = join(folder, "deep", "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("two in one process take turns", async () => {
  const events: string[] = [];
  const work = (name: string) =>
    withLock(lock, async () => {
      events.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} out`);
    });
  await Promise.all([work("a"), work("b")]);
  expect(events).toEqual(["a in", "a out", "b in", "b out"]);
  expect(existsSync(lock)).toBe(false);
});

test("six processes that add to one number lose no addition", async () => {
  const file = join(folder, "number");
  writeFileSync(file, "0");
  const program = `
    const { withLock } = require(${JSON.stringify(join(__dirname, "../../../engine/lock.cjs"))});
    const fs = require("node:fs");
    withLock(${JSON.stringify(lock)}, async () => {
      const number = Number(fs.readFileSync(${JSON.stringify(file)}, "utf8"));
      await new Promise((resolve) => setTimeout(resolve, 20));
      fs.writeFileSync(${JSON.stringify(file)}, String(number + 1));
    });`;
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, ["-e", program], { stdio: "inherit" }));
  await Promise.all(children.map((child) => once(child, "close")));
  expect(await withLock(lock, async () => readFileSync(file, "utf8"))).toBe("6");
});

test("the lock of a process that died is taken over", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "close");
  await withLock(lock, async () => {});
  writeFileSync(lock, JSON.stringify({ pids: [child.pid], host: hostname(), token: "dead" }));
  expect(await withLock(lock, async () => "mine")).toBe("mine");
});

test("a lock that was not touched for over three minutes is taken over, though a process of its number lives", async () => {
  await withLock(lock, async () => {});
  writeFileSync(lock, JSON.stringify({ pids: [process.pid], host: hostname(), token: "silent" }));
  const before = new Date(Date.now() - 181_000);
  utimesSync(lock, before, before);
  expect(await withLock(lock, async () => "mine")).toBe("mine");
});

test("a live holder on another machine is waited for, by name, until it lets go", async () => {
  await withLock(lock, async () => {});
  writeFileSync(lock, JSON.stringify({ pids: [2 ** 22 + 1], host: "another", token: "theirs" }));
  const order: string[] = [];
  await withLock(
    lock,
    async () => order.push("mine"),
    (holder) => {
      order.push(`waiting for ${holder}`);
      rmSync(lock);
    },
  );
  expect(order).toEqual([`waiting for process ${2 ** 22 + 1} on another`, "mine"]);
});

test("a holder that was killed keeps the lock through the child that continues its work", async () => {
  await withLock(lock, async () => {});
  const gone = spawn(process.execPath, ["-e", ""]);
  await once(gone, "close");
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "inherit", "inherit"] });
  writeFileSync(lock, JSON.stringify({ pids: [gone.pid, child.pid], host: hostname(), token: "orphan" }));
  let waited = false;
  const mine = withLock(
    lock,
    async () => child.exitCode,
    () => {
      waited = true;
      child.stdin.end();
    },
  );
  expect([await mine, waited]).toEqual([0, true]);
});

test("a child that was named as a holder is in the file", async () => {
  const held = await withLock(lock, async (alsoHeldBy) => {
    alsoHeldBy(4711);
    return JSON.parse(readFileSync(lock, "utf8")).pids;
  });
  expect(held).toEqual([process.pid, 4711]);
  expect(existsSync(lock)).toBe(false);
});

test("work that fails lets go of the lock", async () => {
  await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(lock)).toBe(false);
});
