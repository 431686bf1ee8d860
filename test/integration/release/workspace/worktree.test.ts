import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkedOut } from "../../../../release/workspace/worktree.ts";

let folder: string;
let root: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "order-queue-worktree-")));
  root = join(folder, "project");
  mkdirSync(join(root, "node_modules"), { recursive: true });
  const bin = join(folder, "bin");
  mkdirSync(bin);
  // What `npm ci` does to a folder, and a line for each time it is called.
  const npm = `#!/bin/sh\nmkdir node_modules && cp package-lock.json node_modules/ && echo "$@" >> ${folder}/npm.log\n`;
  writeFileSync(join(bin, "npm"), npm);
  chmodSync(join(bin, "npm"), 0o755);
  env = { PATH: `${bin}:${process.env.PATH}` };
  git("init", "--quiet");
  writeFileSync(join(root, ".gitignore"), "node_modules\n");
  writeFileSync(join(root, "package.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true }));

const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
/** Commits a lockfile, and returns the commit. */
function lock(text: string): string {
  writeFileSync(join(root, "package-lock.json"), text);
  git("add", "--all");
  git("-c", "user.name=T", "-c", "user.email=t@t", "commit", "--quiet", "--message", text);
  return git("rev-parse", "HEAD");
}
const worktrees = () => join(folder, "state", "worktrees");
/** Where the packages of a commit are, and which lockfile they are of. */
const packages = (commit: string) =>
  checkedOut(
    { root, folder: worktrees(), name: "prod-au", commit, env },
    () => {},
    async (tree) => ({
      at: realpathSync(join(tree, "node_modules")),
      of: existsSync(join(tree, "node_modules", "package-lock.json"))
        ? readFileSync(join(tree, "node_modules", "package-lock.json"), "utf8")
        : undefined,
    }),
  );
const installed = () =>
  existsSync(join(folder, "npm.log")) ? readFileSync(join(folder, "npm.log"), "utf8").trim().split("\n").length : 0;

test("a commit with the project's lockfile uses the project's packages", async () => {
  expect(await packages(lock("same"))).toEqual({ at: join(root, "node_modules"), of: undefined });
  expect(installed()).toBe(0);
});

test("those of another lockfile are installed once, however often it is checked out", async () => {
  const before = lock("before");
  lock("now");
  expect((await packages(before)).of).toBe("before");
  expect((await packages(before)).of).toBe("before");
  expect(installed()).toBe(1);
  expect(readdirSync(worktrees())).toEqual([]);
});

test("of three other lockfiles the two that were used last are kept", async () => {
  const commits = ["one", "two", "three"].map(lock);
  lock("now");
  for (const commit of commits) await packages(commit);
  expect(readdirSync(join(folder, "state", "packages"))).toHaveLength(2);
  await packages(commits[2] ?? "");
  expect(installed()).toBe(3);
  await packages(commits[0] ?? "");
  expect(installed()).toBe(4);
});

test("an installation that fails leaves none behind that the next one would take for whole", async () => {
  const before = lock("before");
  lock("now");
  const npm = readFileSync(join(folder, "bin", "npm"), "utf8");
  writeFileSync(join(folder, "bin", "npm"), "#!/bin/sh\nmkdir node_modules\necho no network >&2\nexit 1\n");
  await expect(packages(before)).rejects.toThrow("no network");
  writeFileSync(join(folder, "bin", "npm"), npm);
  expect((await packages(before)).of).toBe("before");
});
