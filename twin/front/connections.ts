import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Request } from "./accessLog.ts";
import type { Certificates } from "./certificates.ts";

/** What access logs say of the clients' connections. */
export class Connections {
  readonly #certificates: Certificates;
  /** The connection's id, and the bytes of its earlier requests. */
  readonly #known = new WeakMap<Socket, { id: string; bytes: Request["bytes"] }>();

  constructor(certificates: Certificates) {
    this.#certificates = certificates;
  }

  /** Of the request that has just ended on the connection. */
  describe(socket: Socket): Pick<Request, "client" | "connection" | "bytes" | "tls"> {
    const all = { received: socket.bytesRead, sent: socket.bytesWritten };
    const { id, bytes: before } = this.#known.get(socket) ?? {
      id: `TID_${randomBytes(16).toString("hex")}`,
      bytes: { received: 0, sent: 0 },
    };
    this.#known.set(socket, { id, bytes: all });
    return {
      client: { address: socket.remoteAddress ?? "127.0.0.1", port: socket.remotePort ?? 0 },
      connection: id,
      bytes: { received: all.received - before.received, sent: all.sent - before.sent },
      tls: socket instanceof TLSSocket ? this.#tls(socket) : undefined,
    };
  }

  #tls(socket: TLSSocket): Request["tls"] {
    return {
      cipher: socket.getCipher()?.standardName ?? "-",
      version: socket.getProtocol()?.replace(/^TLSv1$/, "TLSv1.0") ?? "-",
      domain: (socket as { servername?: string | false }).servername || "-",
      certificateArn: this.#certificates.shown(socket) ?? "-",
    };
  }
}
