import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { build, parts } from "../../setup/engine/build.ts";
import { buildKey, officialKey } from "../../setup/engine/cache.ts";
import { findEngine } from "../../setup/engine.ts";

const pin = "3.245.0";
const { PATH, XDG_CACHE_HOME } = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-queue-engine-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
  process.env.PATH = [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
});

afterEach(() => {
  process.env.PATH = PATH;
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
  rmSync(folder, { recursive: true, force: true });
});

function script(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const pulumi = (version: string, at = join(folder, "bin")) => {
  script(join(at, "pulumi-language-nodejs"), "exit 0");
  return script(join(at, "pulumi"), `echo v${version}`);
};
const inCache = (key: string) => join(folder, "cache", "order-queue", "engine", key, "bin");

test("an old pulumi on PATH is passed over for the one in the cache, and it says so", async () => {
  const old = pulumi("3.100.0");
  const cached = pulumi(pin, inCache(officialKey(pin)));
  const lines: string[] = [];
  const engine = await findEngine({ onProgress: (line) => lines.push(line) });
  expect(lines).toEqual([`Passed over: ${old} is 3.100.0; at least 3.245 and below 4 is needed.`]);
  expect(engine).toMatchObject({ pulumi: cached, source: "installer", version: pin, binDirectory: dirname(cached) });
});

test("the environment puts Node 24 first, then the engine, and grows no longer when it is applied twice", async () => {
  pulumi("3.246.1");
  const engine = await findEngine();
  const [first, second] = (engine.environment.PATH ?? "").split(delimiter);
  expect(first).toMatch(/node_modules\/\.bin$/);
  expect(second).toBe(join(folder, "bin"));
  process.env.PATH = engine.environment.PATH;
  expect((await findEngine()).environment).toEqual(engine.environment);
});

describe("a build with go", () => {
  const sources = join(__dirname, "../../setup/engine");
  const target = () =>
    join(
      folder,
      "cache",
      buildKey(
        sources,
        pin,
        parts(pin).flatMap(({ flags }) => flags),
      ),
    );
  const run = () => build({ sources, folder: target(), pin, onProgress: () => {} });

  /** Stands in for go: notes each call, and writes the executable that is asked for. */
  const fakeGo = () =>
    script(
      join(folder, "bin", "go"),
      `echo x >> ${folder}/calls\nwhile [ "$1" != -o ]; do shift; done; echo v > "$2"; chmod +x "$2"`,
    );
  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length;

  test("leaves both executables, and is made once by two that want it at the same time", async () => {
    fakeGo();
    await Promise.all([run(), run()]);
    expect(readdirSync(join(target(), "bin")).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(calls()).toBe(2);
  });

  test("that cannot reach the proxy says so, and leaves nothing half done", async () => {
    script(join(folder, "bin", "go"), 'echo "dial tcp: lookup proxy.example: no such host" >&2; exit 1');
    await expect(run()).rejects.toThrow(
      /go build of pulumi failed \(exit code 1\):\n.*no such host\n.*Go module proxy could not be reached/,
    );
    expect(existsSync(target())).toBe(false);
  });
});
