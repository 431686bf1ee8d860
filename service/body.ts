/** Reading the body of an order: what its headers must say, and its bytes as UTF-8. */
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { MIMEType } from "node:util";
import { ORDER_BYTES, type Refusal, refuse } from "./order.ts";
import type { Lack, Place } from "./room.ts";

/** An answer other than 202, before the order is known. */
export interface BodyRefusal {
  code: 400 | 413 | 415;
  body: Refusal;
  headers?: Record<string, string>;
}

export type Body = { text: string } | { refused: BodyRefusal } | { lack: Lack };

const TYPE_EXPECTED = "application/json in UTF-8";
const ENCODING_EXPECTED = "none: send the body as it is, not compressed";
const UTF8_EXPECTED = "JSON in UTF-8 without a byte order mark";
const LENGTH_EXPECTED = `at most ${ORDER_BYTES} bytes`;

/** What the headers say against reading the body; undefined where nothing. */
export function refusalOfHeaders(headers: IncomingHttpHeaders): BodyRefusal | undefined {
  const type = headers["content-type"];
  if (!isJson(type)) return { code: 415, body: wrongType(type) };
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity")
    return {
      code: 415,
      body: refuse("content-encoding", ENCODING_EXPECTED, encoding.slice(0, 80)),
      headers: { "accept-encoding": "identity" }, // RFC 9110, 15.5.16
    };
  if (declaredBytes(headers) > ORDER_BYTES) return { code: 413, body: tooLarge };
  return undefined;
}

/** 415: the Content-Type is not the one of an order. */
export function wrongType(type = "none"): Refusal {
  return refuse("content-type", TYPE_EXPECTED, type.slice(0, 80));
}

/** Bytes by Content-Length; 0 where the body comes in chunks and does not say. */
export function declaredBytes(headers: IncomingHttpHeaders): number {
  return Number(headers["content-length"] ?? 0);
}

/**
 * The text as the store sent it, byte for byte. What comes after a refusal is thrown away as it comes, so that the store
 * reads its answer: a connection that is closed on a sender is 502 for it at the load balancer. Never throws.
 */
export function readBody(request: IncomingMessage, place: Place): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  return new Promise((resolve) => {
    const end = (body: Body) => {
      ended = true;
      request.removeListener("data", take);
      request.resume();
      place.endReading();
      chunks.length = 0;
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > ORDER_BYTES) return end({ refused: { code: 413, body: tooLarge } });
      const lack = place.take(chunk.length);
      if (lack !== undefined) return end({ lack });
      chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => ended || end(decode(chunks)));
    const cut = () => ended || end({ refused: { code: 400, body: cutOff } });
    request.once("error", cut);
    request.once("close", cut);
  });
}

const tooLarge = refuse("body", LENGTH_EXPECTED, "more");
const cutOff = refuse("body", "all of its bytes", "fewer: the connection was closed, or they took too long");

/** RFC 8259, 8.1: JSON is UTF-8, and no byte order mark is added to it. Bytes that are not would come out as others. */
function decode(chunks: Buffer[]): Body {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  const got = whyNoText(bytes);
  if (got !== undefined) return { refused: { code: 400, body: refuse("body", UTF8_EXPECTED, got) } };
  return { text: bytes.toString() };
}

function whyNoText(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "a byte order mark";
  return isUtf8(bytes) ? undefined : "bytes that are no UTF-8";
}

function isJson(type: string | undefined): boolean {
  if (type === "application/json") return true;
  try {
    const { essence, params } = new MIMEType(type ?? "");
    const charset = params.get("charset")?.toLowerCase() ?? "utf-8";
    return essence === "application/json" && (charset === "utf-8" || charset === "utf8");
  } catch {
    return false;
  }
}
