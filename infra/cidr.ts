/**
 * How a region's address range is cut up. Pure.
 *
 * Each zone has its place whether or not it is used, so that a further zone never moves the addresses of another:
 * private subnets are eighths of the range from its start, public ones 256ths from its middle.
 */

/** A subnet pair in one availability zone. */
export interface ZonePlan {
  /** Name of the zone, e.g. `eu-west-1a`. */
  readonly zone: string;
  /** The zone's letter; it is in the subnets' logical names. */
  readonly letter: string;
  readonly publicCidr: string;
  readonly privateCidr: string;
}

const zoneLetters = ["a", "b", "c"];

/**
 * The zones of a region and the subnets in each.
 *
 * Zones are named `<region>a`, `<region>b`, `<region>c` without asking AWS: the regions of stacks/registry.ts have all
 * three for every account, and an answer that came in another order would move subnets, which replaces them.
 *
 * @param cidr range of the VPC; /16 to /19, since a load balancer's subnet must be a /27 at the least
 * @param zones how many zones, 2 or 3
 */
export function planZones(region: string, cidr: string, zones: number): ZonePlan[] {
  return zoneLetters.slice(0, zones).map((letter, index) => ({
    zone: `${region}${letter}`,
    letter,
    publicCidr: block(cidr, 8, 128 + index),
    privateCidr: block(cidr, 3, index),
  }));
}

/** Block number `index` of the blocks that `bits` more prefix bits cut `cidr` into; `10.0.0.0/16`, 3, 1 is `10.0.32.0/19`. */
export function block(cidr: string, bits: number, index: number): string {
  const { address, prefix } = parseCidr(cidr);
  const size = 2 ** (32 - prefix - bits);
  return `${format(address + index * size)}/${prefix + bits}`;
}

/**
 * An IPv4 range as numbers.
 *
 * @throws Error if it is not written as a range, or its address is not the first of the range
 */
export function parseCidr(cidr: string): { address: number; prefix: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a, b, c, d, prefix] = (match?.slice(1) ?? []).map(Number) as [number, number, number, number, number];
  const valid = match !== null && Math.max(a, b, c, d) <= 255 && prefix <= 32;
  const address = valid ? ((a * 256 + b) * 256 + c) * 256 + d : 0;
  if (!valid || address % 2 ** (32 - prefix) !== 0) {
    throw new Error(`Expected an IPv4 range that starts at its network address, e.g. 10.0.0.0/16, got ${cidr}`);
  }
  return { address, prefix };
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
