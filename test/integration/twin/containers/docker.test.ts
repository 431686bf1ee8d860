/** Runs where `TWIN_CONTAINERS=docker` says that an engine answers; the other tests of containers then run in it too. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerRuntime } from "../../../../twin/containers/docker.ts";
import { pull } from "../../../../twin/containers/images.ts";
import type { ContainerSpec, Image, Limits } from "../../../../twin/containers/runtime.ts";
import { Authority } from "../../../../twin/internet/authority.ts";
import { containers, eventually, image, startTestCloud } from "../cloud.ts";

const inDocker = containers === "docker" ? describe : describe.skip;

inDocker("a container in Docker", () => {
  let directory: string;
  const lines: string[] = [];
  let test: Awaited<ReturnType<typeof startTestCloud>>;
  let runtime: DockerRuntime;
  let built: Image;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "twin-limits-"));
    test = await startTestCloud();
    built = pull(test.store, test.directory, image(test.cloud, test.directory, "setInterval(() => {}, 1000);"));
    runtime = await DockerRuntime.open(directory);
    const { proxyUrl: proxy, sqs } = test.cloud;
    const authority = await Authority.open(directory);
    await runtime.reach(
      {
        ...{ proxy, sqs: sqs.endpoint, aws: test.cloud.awsUrl },
        ...{ credentials: "http://127.0.0.1:1/", authorityFile: authority.file },
      },
      authority,
    );
  });
  beforeEach(() => lines.splice(0));
  afterAll(async () => {
    await runtime.close();
    await test.close();
    rmSync(directory, { recursive: true, force: true });
  });

  let count = 0;
  const start = (script: string, limits: Partial<Limits> = {}) => {
    const spec: ContainerSpec = {
      id: `limits-${process.pid}-${++count}`,
      image: built,
      command: ["-e", script],
      environment: { GREETING: "good day" },
      limits: { readonlyRootFilesystem: false, initProcessEnabled: false, ...limits },
      onLine: (line) => lines.push(line),
    };
    return runtime.start(spec);
  };
  const write = `try { fs.writeFileSync("/tmp/it", ""); console.log("written") } catch ({ code }) { console.log(code) }`;

  it("says what it writes, and ends with its own code", async () => {
    const { exited } = await start(`console.log(process.env.GREETING, process.getuid()); process.exit(3)`);
    expect(await exited).toEqual({ code: 3 });
    expect(lines).toEqual(["good day 1000"]);
  });

  it("that takes more memory than it has is killed, and the reason says so", async () => {
    const { exited } = await start("const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))", { memory: 128 });
    expect(await exited).toEqual({ code: 137, reason: "OutOfMemoryError: Container killed due to memory usage" });
  });

  it("writes only where its root file system is not read-only", async () => {
    await (await start(write)).exited;
    await (await start(write, { readonlyRootFilesystem: true })).exited;
    expect(lines).toEqual(["written", "EROFS"]);
  });

  it("runs as the user that the task definition names, with a process 1 of its own where it asks for one", async () => {
    await (await start("console.log(process.getuid(), process.pid)", { user: "1234", initProcessEnabled: true }))
      .exited;
    expect(lines).toEqual([expect.stringMatching(/^1234 (?!1$)\d+$/)]);
  });

  it("is asked to end by SIGTERM and made to by SIGKILL", async () => {
    const ready = async (script: string) => {
      lines.splice(0);
      const running = await start(`${script}; setInterval(() => {}, 1000); console.log("ready")`);
      await eventually(() => lines.includes("ready") || undefined, "its start");
      return running;
    };
    const kind = await ready(`process.on("SIGTERM", () => process.exit(0))`);
    kind.signal("SIGTERM");
    expect(await kind.exited).toEqual({ code: 0 });
    const stubborn = await ready(`process.on("SIGTERM", () => console.log("no"))`);
    stubborn.signal("SIGTERM");
    await eventually(() => lines.includes("no") || undefined, "its answer");
    stubborn.signal("SIGKILL");
    expect(await stubborn.exited).toEqual({ code: 137 });
  });

  it("is asked inside whether it is healthy", async () => {
    const running = await start("setInterval(() => {}, 1000)");
    expect(await running.run(["node", "-e", ""], 10_000)).toBe(true);
    expect(await running.run(["node", "-e", "process.exit(1)"], 10_000)).toBe(false);
    expect(await running.run(["node", "-e", "setInterval(() => {}, 1000)"], 500)).toBe(false);
    running.signal("SIGKILL");
    expect(await running.exited).toEqual({ code: 137 });
    expect(await running.run(["node", "-e", ""], 10_000)).toBe(false);
  });

  it("reaches nothing beyond this machine", async () => {
    const reach = (host: string, port: number) =>
      `net.connect({ host: "${host}", port: ${port}, timeout: 2000 }).on("connect", () => { console.log("open"); process.exit() })` +
      `.on("timeout", () => { console.log("timeout"); process.exit() }).on("error", ({ code }) => console.log(code))`;
    await (await start(reach("198.51.100.1", 80))).exited;
    // Newer engines give an internal network no way out at all, older ones drop what takes it.
    expect(["ENETUNREACH", "timeout"]).toContain(lines[0]);
  });
});
