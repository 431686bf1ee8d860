import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Request } from "./access-log-line.ts";
import type { Certificates } from "./certificates.ts";

interface Known extends Pick<Request, "client" | "connection" | "tls"> {
  /** Of its earlier requests. */
  before: Request["bytes"];
}

/** What access logs say of the clients' connections. */
export class Connections {
  readonly #certificates: Certificates;
  readonly #known = new WeakMap<Socket, Known>();

  constructor(certificates: Certificates) {
    this.#certificates = certificates;
  }

  /** At a request's begin: a client that has gone by its end took with it what can be asked of the connection. */
  meet(socket: Socket): void {
    if (this.#known.has(socket)) return;
    this.#known.set(socket, {
      client: { address: socket.remoteAddress ?? "127.0.0.1", port: socket.remotePort ?? 0 },
      connection: `TID_${randomBytes(16).toString("hex")}`,
      tls: socket instanceof TLSSocket ? this.#tls(socket) : undefined,
      before: { received: 0, sent: 0 },
    });
  }

  /** Of the request that has just ended on the connection. @throws Error for an unknown connection */
  describe(socket: Socket): Pick<Request, "client" | "connection" | "bytes" | "tls"> {
    const known = this.#known.get(socket);
    if (!known) throw new Error("a request ended on a connection that none began on");
    const { before, ...always } = known;
    known.before = { received: socket.bytesRead, sent: socket.bytesWritten };
    const { received, sent } = known.before;
    return { ...always, bytes: { received: received - before.received, sent: sent - before.sent } };
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
