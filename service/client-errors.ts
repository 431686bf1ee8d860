/** Answers what Node's HTTP parser refuses before there is a request, as it does itself but for the words. */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { type Refusal, refuse } from "./order.ts";

/** @param error as of https://nodejs.org/api/http.html#event-clienterror */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, requestMs: number): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { code, refusal } = answerTo(error.code, requestMs);
  const body = JSON.stringify(refusal);
  const headers = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  if (socket.writable) socket.write(`HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\n${headers}\r\n\r\n${body}`);
  socket.destroy(error);
}

function answerTo(errorCode: string | undefined, requestMs: number): { code: number; refusal: Refusal } {
  if (errorCode === "ERR_HTTP_REQUEST_TIMEOUT")
    return { code: 408, refusal: refuse("request", `all of it within ${requestMs / 1000} s`, "less") };
  if (errorCode === "HPE_HEADER_OVERFLOW") return { code: 431, refusal: refuse("headers", "at most 16 KiB", "more") };
  return { code: 400, refusal: refuse("request", "HTTP/1.1", "something else") };
}
