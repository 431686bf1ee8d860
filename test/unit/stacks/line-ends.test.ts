import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "line-ends-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("a checkout of a system with CRLF has the bytes that the release is made of", () => {
  const [origin, clone] = [join(folder, "origin"), join(folder, "clone")];
  const files = readdirSync(join(root, "service")).filter((file) => /\.(ts|sh|json)$/.test(file));
  for (const file of files) cpSync(join(root, "service", file), join(origin, file));
  copyFileSync(join(root, ".gitattributes"), join(origin, ".gitattributes"));
  const git = (...args: string[]) => execFileSync("git", ["-C", origin, ...args]);
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=Test", "-c", "user.email=test@orderhub.example", "commit", "--quiet", "--message", "as it is");
  execFileSync("git", ["clone", "--quiet", "--config", "core.autocrlf=true", origin, clone]);
  for (const file of files) expect(readFileSync(join(clone, file))).toEqual(readFileSync(join(root, "service", file)));
});
