/** A connection to ingest on which a test writes whatever it wants, as slowly as it wants. */
import { connect as connectPlain } from "node:net";
import { connect } from "node:tls";
import { certificate, STORE_HOST, until } from "./fixture.ts";

export interface RawRequest {
  write(bytes: string | Buffer): void;
  /** All that came back so far. */
  readonly received: string;
  /** Whether ingest has closed the connection. */
  readonly closed: boolean;
  /** The status of the first answer, once it is there. */
  status(): Promise<number>;
  destroy(): void;
}

const opened: Pick<RawRequest, "destroy">[] = [];

export function destroyAll(): void {
  for (const request of opened.splice(0)) request.destroy();
}

/** Sends the head of a POST of JSON, and what is given of the body. */
export function beginOrder(port: number, headers: Record<string, string>, body: string | Buffer = ""): RawRequest {
  return begin(port, "POST /orders", { host: STORE_HOST, "content-type": "application/json", ...headers }, body);
}

export function begin(
  port: number,
  line: string,
  headers: Record<string, string>,
  body: string | Buffer = "",
): RawRequest {
  const socket = connect({ port, ca: certificate.ca, servername: certificate.name });
  let [received, closed] = ["", false];
  socket.on("data", (data) => {
    received += data;
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
  });
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${line} HTTP/1.1\r\n${fields.join("")}\r\n`);
  socket.write(body);
  const request: RawRequest = {
    write: (bytes) => void socket.write(bytes),
    get received() {
      return received;
    },
    get closed() {
      return closed;
    },
    status: () => until("an answer", () => Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 0) || undefined),
    destroy: () => void socket.destroy(),
  };
  opened.push(request);
  return request;
}

/** A connection that never begins its TLS handshake. */
export function connectSilently(port: number): void {
  const socket = connectPlain(port, "127.0.0.1");
  socket.on("error", () => {});
  opened.push({ destroy: () => void socket.destroy() });
}

/** A chunk as Transfer-Encoding: chunked has it. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
