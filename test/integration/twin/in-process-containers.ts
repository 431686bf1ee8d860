import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ContainerRuntime } from "../../../twin/containers/runtime.ts";
import type { ManualClock } from "../../manual-clock.ts";

/**
 * Containers inside the test's process, for tests of what decides about them: each is an HTTP server that answers as
 * `webProgram` does, with signals and exit codes as processes have them; with DEAF it ignores SIGTERM. A command of `-e process.exit(N)` exits with N.
 * Not modelled: any other program, and output.
 */
export const inProcessContainers = (clock: ManualClock): ContainerRuntime => ({
  name: "processes",
  reach: async (servers) => ({ ...servers, noProxy: "127.0.0.1,localhost" }),
  build: () => Promise.reject(new Error("Containers inside the test's process have no image to build")),
  close: async () => {},
  async start({ command, environment }) {
    const exited = Promise.withResolvers<{ code: number }>();
    const server = createServer((request, response) => {
      if (request.url === "/health") return response.writeHead(environment.SICK ? 500 : 200).end();
      if (request.url === "/exit") return exit(7);
      const { url, headers } = request;
      const body = JSON.stringify({ release: environment.RELEASE, runsAs: String(port), url, headers });
      if (request.url === "/slow") clock.after(1500, () => response.end(body));
      else response.end(body);
    });
    server.keepAliveTimeout = 65_000;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const exit = (code: number) => {
      exited.resolve({ code });
      server.close();
      server.closeAllConnections();
    };
    const [, code] = /^process\.exit\((\d+)\)$/.exec(command?.[1] ?? "") ?? [];
    if (code) setImmediate(exit, Number(code));
    return {
      pid: process.pid,
      address: { host: "127.0.0.1", port },
      exited: exited.promise,
      signal: (name) => {
        if (name === "SIGKILL") return exit(137);
        if (environment.DEAF) return;
        server.close(() => exit(0));
        server.closeIdleConnections();
      },
      run: ([file = "", ...args], timeout) =>
        new Promise((resolve) => {
          execFile(file, args, { env: environment, timeout }, (error) => resolve(error === null));
        }),
    };
  },
});
