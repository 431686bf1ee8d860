import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { breakCertificates, reasonsIn } from "../../../../drills/replay/change.ts";
import { checkOut } from "../../../../drills/replay/checkout.ts";
import { changeSettings } from "../../../../drills/replay/revert.ts";

const root = resolve(import.meta.dirname, "../../../..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

/** The lines that are other ones, before and after. */
function changed(before: string, after: string): [string[], string[]] {
  const [left, right] = [before.split("\n"), after.split("\n")];
  const beside = (lines: string[], others: string[]) =>
    lines.filter((line) => !others.includes(line)).map((line) => line.trim());
  return [beside(left, right), beside(right, left)];
}

test("the bad change gives the program's certificates other names", () => {
  const source = read("infra", "certificates.ts");
  const [before, after] = changed(source, breakCertificates(source));
  expect(before.map((line) => line.replace("domainName: hostname", "domainName: 'shop.' + hostname"))).toEqual(after);
  expect(after).toHaveLength(1);
  expect(() => breakCertificates("")).toThrow(
    "infra/certificates.ts has no domainName: hostname that the replay could break",
  );
});

test("the good change is one line of the stack file", () => {
  const file = read("Pulumi.prod-au.yaml");
  const { text, change } = changeSettings(file);
  expect(changed(file, text)).toEqual([
    ['order-queue:erpTimeoutSeconds: "10"'],
    ['order-queue:erpTimeoutSeconds: "11"'],
  ]);
  expect(change).toBe("erpTimeoutSeconds 10 → 11");
  expect(() => changeSettings("config: {}")).toThrow("the stack file has no order-queue:erpTimeoutSeconds");
});

test("a stopped release's first two findings in its stack are shown, each in one line", () => {
  const finding = (stack: string, message: string) => ({ check: "policy", stack, message, fix: "do so" });
  const findings = [
    ...[finding("prod-au", "of production"), finding("staging", "breaks a-rule:\nwhat it says")],
    ...[finding("staging", "another"), finding("staging", "a third")],
  ];
  expect(reasonsIn({ stack: "staging", by: "policy", why: "", findings })).toEqual([
    "staging: breaks a-rule: what it says Fix: do so",
    "staging: another. Fix: do so",
  ]);
  expect(reasonsIn({ stack: "staging", by: "verification", why: "no healthy\ntarget" })).toEqual(["no healthy target"]);
});

describe("a checkout beside the working tree", () => {
  let folder: string;
  let project: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@orderhub.example", ...args], {
      cwd: project,
      encoding: "utf8",
    }).trim();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "order-queue-checkout-"));
    project = join(folder, "project");
    mkdirSync(join(project, "node_modules"), { recursive: true });
    writeFileSync(join(project, ".gitignore"), "node_modules\n");
    writeFileSync(join(project, "program.ts"), "1\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is the commit itself where nothing was changed since, and leaves nothing behind", async () => {
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "first");
    const checkout = await checkOut(project, join(folder, "tried"));
    expect(checkout.commit).toBe(git("rev-parse", "HEAD"));
    expect(lstatSync(join(checkout.folder, "node_modules")).isSymbolicLink()).toBe(true);
    writeFileSync(join(checkout.folder, "program.ts"), "2\n");
    const tried = await checkout.commitAll("second");
    expect(git("show", `${tried}:program.ts`)).toBe("2");
    await checkout.reset();
    expect(readFileSync(join(checkout.folder, "program.ts"), "utf8")).toBe("1\n");
    await checkout.remove();
    expect(existsSync(checkout.folder)).toBe(false);
    expect([git("status", "--porcelain"), git("worktree", "list").split("\n").length]).toEqual(["", 1]);
  });

  test("has what is not committed yet too, and leaves that alone", async () => {
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "first");
    writeFileSync(join(project, "program.ts"), "2\n");
    writeFileSync(join(project, "new.ts"), "3\n");
    const checkout = await checkOut(project, join(folder, "tried"));
    expect(git("rev-parse", `${checkout.commit}^`)).toBe(git("rev-parse", "HEAD"));
    expect(readFileSync(join(checkout.folder, "program.ts"), "utf8")).toBe("2\n");
    expect(readFileSync(join(checkout.folder, "new.ts"), "utf8")).toBe("3\n");
    await checkout.remove();
    expect(git("status", "--porcelain")).toBe("M program.ts\n?? new.ts");
  });

  test("is a repository of its own where the project is in none", async () => {
    const checkout = await checkOut(project, join(folder, "tried"));
    expect(checkout.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(readFileSync(join(checkout.folder, "program.ts"), "utf8")).toBe("1\n");
    expect(existsSync(join(project, ".git"))).toBe(false);
    await checkout.remove();
    expect(existsSync(checkout.folder)).toBe(false);
  });
});
