import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { lockOf, lockOwner } from "../../../../release/workspace/lock-files.ts";

let backend: string;
beforeEach(() => {
  backend = mkdtempSync(join(tmpdir(), "order-queue-locks-"));
});
afterEach(() => rmSync(backend, { recursive: true, force: true }));

function lock(stack: string, content: { pid: number; hostname: string; username?: string; timestamp?: string }): void {
  const folder = join(backend, ".pulumi", "locks", "organization", "order-queue", stack);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${content.pid}.json`), JSON.stringify(content));
}

const dead = () => spawnSync(process.execPath, ["--version"]).pid;
const here = hostname();

describe("the lock of a stack of a file backend", () => {
  test("is free without a lock file, whatever other stacks have", () => {
    lock("prod-eu", { pid: process.pid, hostname: here });
    expect(lockOf(`file://${backend}`, "prod-au")).toBe("free");
  });

  test("is held while its process runs, also beside one of a dead process", () => {
    lock("prod-au", { pid: dead(), hostname: here });
    lock("prod-au", { pid: process.pid, hostname: here });
    expect(lockOf(`file://${backend}?metadata=skip`, "prod-au")).toBe("held");
  });

  test("is abandoned when its process no longer runs", () => {
    lock("prod-au", { pid: dead(), hostname: here });
    expect(lockOf(`file://${backend}?metadata=skip`, "prod-au")).toBe("abandoned");
  });

  test("counts as free where another machine locked it", () => {
    lock("prod-au", { pid: dead(), hostname: `not-${here}` });
    expect(lockOf(`file://${backend}`, "prod-au")).toBe("free");
  });
});

test("its owner is named with host, process and time, on whatever machine", () => {
  lock("prod-au", { pid: 7, hostname: "ci-1", username: "deploy", timestamp: "2026-07-28T10:00:00Z" });
  expect(lockOwner(`file://${backend}`, "prod-au")).toBe("deploy@ci-1 (process 7) since 2026-07-28T10:00:00Z");
  expect(lockOwner("s3://states", "prod-au")).toBe("an unknown process");
});

test.each([undefined, "s3://states", "https://api.pulumi.com"])("a stack of backend %s counts as free", (url) => {
  expect(lockOf(url, "prod-au")).toBe("free");
});
