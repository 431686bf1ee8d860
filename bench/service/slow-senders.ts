/**
 * Senders that begin an order over TLS and never end it, each on a connection of its own, 50 handshakes at a time. Its one
 * argument is a {@link SlowSenders}; its one line says how many connections it opened.
 */

import { setTimeout as pause } from "node:timers/promises";
import { connect } from "node:tls";

export interface SlowSenders {
  host: string;
  port: number;
  ca: string;
  connections: number;
}

const { host, port, ca, connections } = JSON.parse(process.argv[2] ?? "{}") as SlowSenders;
const head = `POST /orders HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 250000\r\n\r\n`;
let [begun, opened] = [0, 0];

/** Resolves once it has sent, or was refused. */
function open(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, ca, servername: host }, () => {
      opened += 1;
      socket.write(`${head}{`);
      resolve();
    });
    socket.resume();
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

async function sender(): Promise<void> {
  while (begun < connections) {
    begun += 1;
    await open();
  }
}

await Promise.all(Array.from({ length: 50 }, sender));
await pause(2_000);
console.log(JSON.stringify({ opened }));
process.exit();
