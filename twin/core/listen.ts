import { createServer, type Server } from "node:net";

/**
 * Starts a server on this machine's loopback address, or on another of its own.
 * @param port 0 takes any free one
 * @returns the port it listens on
 * @throws Error that names the port and the fix when it is taken
 */
export function listen(server: Server, port: number, purpose: string, host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `Port ${port} for ${purpose} is taken; free it or choose another one (0 takes any free port)`;
      reject(error.code === "EADDRINUSE" ? new Error(taken) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

/** A port of 127.0.0.1 that was free a moment ago, for who has to know it before it listens there. */
export async function freePort(purpose: string): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0, purpose);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
