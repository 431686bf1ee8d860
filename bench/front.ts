/** Requests a second through the twin's load balancer, from a store's side of it to a container and back. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Benchmark, type Figure, median } from "./benchmark.ts";

/** Connections that are kept, as a store's server keeps them. */
const connections = 16;
/** Of one run, in milliseconds. */
const runMs = 4_000;
const host = "au.orderhub.example";

export const front: Benchmark = {
  name: "front",
  what: "Requests a second through the twin's load balancer, beside a bare node:https proxy before the same container.",
  runs: 5,
  async run({ runs, report }) {
    const { withDeployedTwin } = await import("./twin.ts"); // loads all of AWS: not for `--help`
    const { attachLocal } = await import("../drills/local.ts");
    const { Control } = await import("../drills/control.ts");
    return withDeployedTwin(report, async (state) => {
      const { twin } = await attachLocal(state);
      const { regions } = await new Control(twin.api).status();
      const target = regions["ap-southeast-2"]?.targets.find(({ targetGroupArn }) =>
        targetGroupArn.includes("prod-au"),
      );
      if (!target) throw new Error("prod-au has no target");
      const bare = spawn(
        process.execPath,
        [join(import.meta.dirname, "bare-proxy.ts"), target.address, `${target.port}`],
        {
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      try {
        const [port] = await once(createInterface({ input: bare.stdout }), "line");
        const ca = readFileSync(twin.environment.NODE_EXTRA_CA_CERTS ?? "");
        const common = { keepAlive: true, maxSockets: connections };
        const ways = {
          twin: { host, port: 443, agent: new https.Agent({ ...common, ca, proxyEnv: twin.environment }) },
          bare: { host: "127.0.0.1", port, agent: new https.Agent({ ...common, rejectUnauthorized: false }) },
        };
        return await inTurns(ways, runs, report);
      } finally {
        bare.kill();
      }
    });
  },
};

type Way = Pick<https.RequestOptions, "host" | "port" | "agent">;

async function inTurns(
  { twin, bare }: { twin: Way; bare: Way },
  runs: number,
  report: (line: string) => void,
): Promise<Figure[]> {
  for (const way of [twin, bare]) await rate(way); // connections and code are warm from then on
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let run = 1; run <= runs; run += 1) {
    ours.push(await rate(twin));
    theirs.push(await rate(bare));
    report(`  run ${run} of ${runs}: ${ours.at(-1)?.toFixed(0)} requests/s, bare ${theirs.at(-1)?.toFixed(0)}`);
  }
  const peer = { name: "bare node:https", value: median(theirs), runs: theirs };
  return [{ name: "requests through the load balancer", unit: "requests/s", value: median(ours), runs: ours, peer }];
}

/** Requests a second, as many at once as there are connections. */
async function rate(way: Way): Promise<number> {
  const started = performance.now();
  let answered = 0;
  const client = async () => {
    while (performance.now() - started < runMs) {
      await ask(way);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return (1000 * answered) / (performance.now() - started);
}

/** @throws Error for anything but 200: an error is answered sooner than a request */
function ask(way: Way): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = https.get({ ...way, path: "/version", headers: { host } }, (response) => {
      response.resume();
      response.on("error", reject).on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`GET /version of ${way.host} was answered ${response.statusCode}`));
      });
    });
    request.on("error", reject);
  });
}
