import { oid } from "../authority/der.ts";

/** One DER element: `content` is what its tag and length enclose, `whole` all three (ITU-T X.690). */
export interface Element {
  tag: number;
  content: Buffer;
  whole: Buffer;
}

/**
 * The elements that lie one after the other, not what is inside them.
 * @throws Error when the bytes end before an element does
 */
export function elements(der: Buffer): Element[] {
  const found: Element[] = [];
  for (let start = 0; start < der.length; ) {
    const { tag, at, size } = header(der, start);
    const end = at + size;
    if (end > der.length) throw new Error("asn1: syntax error: data truncated");
    found.push({ tag, content: der.subarray(at, end), whole: der.subarray(start, end) });
    start = end;
  }
  return found;
}

/** The elements inside the single element that the bytes are. */
export function inside(der: Buffer): Element[] {
  const [only] = elements(der);
  if (!only) throw new Error("asn1: syntax error: data truncated");
  return elements(only.content);
}

/** The element at `index`; a certificate or request that lacks it is malformed. */
export function nth(list: readonly Element[], index: number): Element {
  const element = list[index];
  if (!element) throw new Error("asn1: structure error: element missing");
  return element;
}

/** Value of an X.509 extension in `Extensions` (RFC 5280, 4.1). */
export function extensionValue(extensions: readonly Element[], id: string): Buffer | undefined {
  const wanted = oid(id);
  const extension = extensions
    .map(({ content }) => elements(content))
    .find((parts) => nth(parts, 0).whole.equals(wanted));
  return extension?.at(-1)?.content;
}

function header(der: Buffer, start: number): { tag: number; at: number; size: number } {
  const tag = der.readUInt8(start);
  const first = start + 1 < der.length ? der.readUInt8(start + 1) : 0x80;
  if (first < 0x80) return { tag, at: start + 2, size: first };
  const bytes = first & 0x7f;
  if (bytes === 0 || bytes > 4 || start + 2 + bytes > der.length) throw new Error("asn1: syntax error: invalid length");
  return { tag, at: start + 2 + bytes, size: der.readUIntBE(start + 2, bytes) };
}
