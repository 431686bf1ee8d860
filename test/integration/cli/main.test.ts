import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { supported } from "../../../engine/versions.ts";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "order-queue-production-"));
const bin = join(folder, "bin");

/** A copy of the project with what `npm ci --omit=dev` installs, and an engine that knows its version alone. */
beforeAll(() => {
  const sources = [
    "cli",
    "engine",
    "infra",
    "stacks",
    "policy",
    "release",
    "service",
    "twin",
    "drills",
    "tools",
    "html",
  ];
  execFileSync("cp", ["-r", ...sources, "package.json", "package-lock.json", "Pulumi.yaml", folder], { cwd: root });
  execFileSync("sh", ["-c", `cp Pulumi.*.yaml ${folder}`], { cwd: root });
  const { packages } = JSON.parse(readFileSync(join(root, "node_modules", ".package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const production = Object.entries(packages).filter(([, { dev }]) => !dev);
  // Those inside another package come with it.
  for (const [location] of production.filter(([path]) => path.lastIndexOf("node_modules/") === 0)) {
    mkdirSync(dirname(join(folder, location)), { recursive: true });
    const [from, to] = [join(root, location), join(folder, location)];
    // Links where they can be made: within one file system.
    execFileSync("sh", ["-c", 'cp -al "$0" "$1" 2>/dev/null || cp -r "$0" "$1"', from, to]);
  }
  const installed = JSON.stringify({ packages: Object.fromEntries(production) });
  writeFileSync(join(folder, "node_modules", ".package-lock.json"), installed);
  mkdirSync(join(folder, "node_modules", ".bin"));
  execFileSync("ln", ["-s", "../node/bin/node", join(folder, "node_modules", ".bin", "node")]);
  mkdirSync(bin);
  writeFileSync(
    join(bin, "pulumi"),
    `#!/bin/sh\n[ "$1" = version ] && { echo v${supported().newest}; exit; }\necho "no stack" >&2; exit 255\n`,
  );
  chmodSync(join(bin, "pulumi"), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function orderQueue(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli/order-queue.mjs"), ...args], {
    cwd: folder,
    env: { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, ...environment },
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}

const aws = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
const backend = {
  PULUMI_BACKEND_URL: `file://${folder}/backend`,
  PULUMI_CONFIG_PASSPHRASE: "",
  AWS_MAX_ATTEMPTS: "1",
  ...aws,
};

describe("in an install without packages for development", () => {
  test.each([
    ["status"],
    ["preview"],
    ["release"],
    ["rollback", "prod-au"],
    ["verify", "prod-au"],
    ["drift"],
    ["diagnose", "prod-au"],
    ["redrive", "prod-au"],
    ["order", "A-1", "--stack", "prod-au"],
    ["store-secret", "acme", "--stack", "prod-au"],
  ])("order-queue %s starts, and reports that AWS does not answer", (...args) => {
    const { status, output } = orderQueue(args, backend);
    expect([status, output]).toEqual([
      1,
      expect.stringMatching(/^The AWS account cannot be read: .* Fix: set AWS_PROFILE/m),
    ]);
    expect(output).not.toMatch(/Cannot find|needs the packages/);
  });

  test.each([["drill"], ["replay"], ["twin"]])("order-queue %s names the package that is missing", (...args) => {
    expect(orderQueue(args)).toEqual({
      status: 1,
      output: expect.stringMatching(
        /^This command starts a twin and needs the packages for development: \S+ is missing\. Fix: npm ci\n$/,
      ),
    });
  });

  test("without a backend and without a twin, both ways to get one are named", () => {
    const { status, output } = orderQueue(["preview", "--state", "nowhere"]);
    expect(status).toBe(1);
    expect(output).toMatch(/^PULUMI_BACKEND_URL is not set and no twin is running on nowhere\. Fix: .*`npm start`/);
  });
});
