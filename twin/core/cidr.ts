import { isIPv4 } from "node:net";

/** An IPv4 block whose address is the first of it; undefined for any other text. */
export function parseCidr(text: string): { start: number; end: number; bits: number } | undefined {
  const [address, prefix] = text.split("/");
  if (!address || !isIPv4(address) || !prefix || !/^\d+$/.test(prefix) || Number(prefix) > 32) return undefined;
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  return value % size === 0 ? { start: value, end: value + size - 1, bits: Number(prefix) } : undefined;
}

/** Whether two IPv4 ranges share an address. */
export function overlaps(a: string, b: string): boolean {
  const [x, y] = [parseCidr(a), parseCidr(b)];
  return !!x && !!y && x.start <= y.end && y.start <= x.end;
}

/** Whether one IPv4 range lies within another. */
export function inside(inner: string, outer: string): boolean {
  const [x, y] = [parseCidr(inner), parseCidr(outer)];
  return !!x && !!y && y.start <= x.start && x.end <= y.end;
}
