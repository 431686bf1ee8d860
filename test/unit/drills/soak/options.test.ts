import { execFile } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../../..");

/** Runs the command; its exit code and what it wrote to each stream. */
function soak(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const command = [join(root, "drills/soak/main.ts"), ...args];
    execFile(join(root, "node_modules/.bin/node"), command, { cwd: root }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

test.each([
  [["--faults", "0"], "expected a whole number from 1 to 1000000"],
  [["--faults", "ten"], "expected a whole number from 1 to 1000000"],
  [["--seed", "-1"], "expected a whole number from 0 to 4294967295"],
  [["--seed", "4294967296"], "expected a whole number from 0 to 4294967295"],
  [["--speed", "9"], "unknown option '--speed'"],
  [["ten"], "too many arguments"],
])("%j is a wrong call, and nothing is started", async (args, message) => {
  const { code, stdout, stderr } = await soak(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});

test("the help says what the exit codes mean", async () => {
  const { code, stdout } = await soak("--help");
  expect(code).toBe(0);
  expect(stdout).toContain("Exit code 0 when every accepted order is at its ERP once");
});
