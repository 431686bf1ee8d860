import type { ClientRequest } from "node:http";
import type { Asked } from "../http.ts";
import type { Manner } from "./fault.ts";

/** Milliseconds between two bytes: no body of an order is whole within the 15 s that ingest waits for it. */
const BYTE_MS = 500;
/** How long a slow sender waits for its answer, in milliseconds: ingest looks for it every 5 s once its 15 s are over. */
const PATIENCE_MS = 30_000;

/** The request whose body comes slowly, or stops after a byte. */
export function slowly({ body, headers }: { body: string; headers: Record<string, string> }, manner: Manner): Asked {
  const length = String(Buffer.byteLength(body));
  return {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      ...(manner !== "chunked" && { "content-length": length }),
    },
    timeoutMs: PATIENCE_MS,
    send: (request) => (manner === "stalled" ? request.write(body.slice(0, 1)) : trickle(request, body)),
  };
}

function trickle(request: ClientRequest, body: string): void {
  let at = 0;
  const timer = setInterval(() => request.write(body[at++] ?? " "), BYTE_MS);
  request.once("close", () => clearInterval(timer));
  request.once("response", () => clearInterval(timer));
}
