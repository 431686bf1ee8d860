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
import { delimiter, dirname, join, resolve } from "node:path";
import { build, buildOf, keyOf } from "../../../engine/build.ts";
import { officialKey } from "../../../engine/cache.ts";
import { findEngine } from "../../../engine/engine.ts";
import { supported } from "../../../engine/versions.ts";

const { oldest, newest } = supported();
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

const pulumi = (version: string, at = join(folder, "bin")) => script(join(at, "pulumi"), `echo v${version}`);
const inCache = (key: string) => join(folder, "cache", "order-queue", "engine", key, "bin");

test("an old pulumi on PATH is not used but the one in the cache, and it says so", async () => {
  const old = pulumi("3.100.0");
  const cached = pulumi(newest, inCache(officialKey(newest)));
  const lines: string[] = [];
  const engine = await findEngine({ onProgress: (line) => lines.push(line) });
  expect(lines).toEqual([
    `Not used: ${old} is 3.100.0; supported are ${oldest} to ${newest}. Fix: install Pulumi ${newest} (https://www.pulumi.com/docs/install/).`,
  ]);
  expect(engine).toMatchObject({ pulumi: cached, source: "installer", version: newest, binDirectory: dirname(cached) });
});

describe("the environment of an engine on PATH", () => {
  const ours = /engine\/bin$/;
  const pathOf = async () => ((await findEngine()).environment.PATH ?? "").split(delimiter);
  const hostOf = (at: string, body: string) => script(join(at, "pulumi-language-nodejs"), body);
  /** A language host that answers RunPlugin, as the official one does. */
  const able = `ORDER_QUEUE_ENGINE=${resolve(__dirname, "../../../engine")} exec ${process.execPath} \
    ${resolve(__dirname, "../../../engine/language-host.ts")} "$@"`;

  test("begins with Node 24 and has our language host before the engine where the engine has none", async () => {
    pulumi(newest);
    const [node, plugins, engine] = await pathOf();
    expect([node, plugins, engine]).toEqual([
      expect.stringMatching(/node_modules\/\.bin$/),
      expect.stringMatching(ours),
      join(folder, "bin"),
    ]);
  });

  test("has our language host first where the engine's cannot start", async () => {
    pulumi(newest);
    hostOf(join(folder, "bin"), "exit 1");
    expect((await pathOf())[1]).toMatch(ours);
  });

  test("has the engine's own language host first where that starts policy packs, and ours last", async () => {
    pulumi(newest);
    hostOf(join(folder, "bin"), able);
    const path = await pathOf();
    expect([path[1], path.at(-1)]).toEqual([join(folder, "bin"), expect.stringMatching(ours)]);
  });

  test("grows no longer when it is applied twice", async () => {
    pulumi(newest);
    const { environment } = await findEngine();
    process.env.PATH = environment.PATH;
    expect((await findEngine()).environment).toEqual(environment);
  });
});

describe("a build with go", () => {
  const what = buildOf("newest", newest);
  const target = () => join(folder, "cache", keyOf(what));
  const run = () => build(what, target(), () => {});

  /** Stands in for go: notes each call, and writes the executable that is asked for. */
  const fakeGo = () =>
    script(
      join(folder, "bin", "go"),
      `echo x >> ${folder}/calls\nwhile [ "$1" != -o ]; do shift; done; echo v > "$2"; chmod +x "$2"`,
    );
  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length;

  test("leaves all executables, and is made once by two that want it at the same time", async () => {
    fakeGo();
    await Promise.all([run(), run()]);
    const executables = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
    expect(readdirSync(join(target(), "bin")).sort()).toEqual(executables);
    expect(calls()).toBe(1);
  });

  test("that cannot reach the proxy says so, and leaves nothing half done", async () => {
    script(join(folder, "bin", "go"), 'echo "dial tcp: lookup proxy.example: no such host" >&2; exit 1');
    await expect(run()).rejects.toThrow(
      /go build of the Pulumi engine failed \(exit code 1\):\n.*no such host\n.*Go module proxy could not be reached. Fix: /,
    );
    expect(existsSync(target())).toBe(false);
  });
});
