import { generateKeyPairSync } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { listen } from "../core/listen.ts";
import type { Authority } from "../internet/authority.ts";
import type { Servers } from "./runtime.ts";

/** The name that leads from a container to the twin. */
export const twinHost = "twin.internal";

/**
 * Servers that listen on loopback, for containers: a door each on an address that they reach, which passes bytes on. The
 * one of the credentials speaks TLS, since the SDK asks for them over plain HTTP on loopback only (fromHttp, checkUrl).
 */
export class Doors {
  readonly #address: string;
  readonly #open: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** @param address of this machine, where containers reach it */
  constructor(address: string) {
    this.#address = address;
  }

  /** @returns the servers as containers find them */
  async openTo(servers: Servers, authority: Authority): Promise<Servers> {
    const plain = (url: string) => this.#openTo(url, createServer, "http:");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const { certificate: cert } = await authority.issue([twinHost], key, 365);
    return {
      ...servers,
      proxy: await plain(servers.proxy),
      sqs: await plain(servers.sqs),
      aws: await plain(servers.aws),
      credentials: await this.#openTo(
        servers.credentials,
        (handler) => createSecureServer({ key, cert }, handler),
        "https:",
      ),
    };
  }

  async #openTo(url: string, create: (handler: (socket: Socket) => void) => Server, protocol: string): Promise<string> {
    const inside = new URL(url);
    const door = create((socket) => this.#pass(socket, Number(inside.port)));
    this.#open.push(door);
    const port = await listen(door, 0, "containers", this.#address);
    const path = inside.pathname.replace(/\/$/, "");
    return `${protocol}//${twinHost}:${port}${path}`;
  }

  #pass(socket: Socket, port: number): void {
    const inner = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => this.#sockets.delete(one));
      one.pipe(other);
    }
  }

  close(): void {
    for (const door of this.#open) door.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
