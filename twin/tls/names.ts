import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { implicit, oid, sequence, tagged, utf8 } from "../authority/der.ts";
import type { Properties } from "../store.ts";

/** Subject and alternative names, alike in requests and self-signed certificates. */
export const namesShape = {
  subject: z
    .strictObject({
      commonName: z.string().optional(),
      country: z.string().optional(),
      locality: z.string().optional(),
      organization: z.string().optional(),
      organizationalUnit: z.string().optional(),
      postalCode: z.string().optional(),
      province: z.string().optional(),
      serialNumber: z.string().optional(),
      streetAddresses: z.array(z.string()).optional(),
    })
    .optional(),
  dnsNames: z.array(z.string()).optional(),
  ipAddresses: z.array(z.string().min(1)).optional(),
  uris: z.array(z.string().min(1)).optional(),
};

/** Attribute types in the order that Go writes them (crypto/x509/pkix, Name.ToRDNSequence). */
const attributes: [property: string, id: string][] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
];

/** A distinguished name; empty when the program gives no subject. */
export function distinguishedName(subject: Properties = {}): Buffer {
  const parts = attributes.flatMap(([property, id]) => {
    const values = [subject[property] ?? []].flat() as string[];
    if (values.length === 0) return [];
    const set = values.map((value) => sequence(oid(id), text(value))).sort(Buffer.compare);
    return [tagged(0x31, ...set)];
  });
  return sequence(...parts);
}

/** PrintableString where every character allows it, as Go's encoding/asn1 does. */
function text(value: string): Buffer {
  return /^[A-Za-z0-9 '()+,./:=?-]*$/.test(value) ? tagged(0x13, Buffer.from(value, "ascii")) : utf8(value);
}

/**
 * `GeneralNames` of DNS names, IP addresses and URIs, in Go's order; nothing when there are none.
 * @throws Error in the provider's words for an IP address or URI that is none
 */
export function alternativeNames({ dnsNames = [], ipAddresses = [], uris = [] }: Properties): Buffer | undefined {
  const names = [
    ...dnsNames.map((name: string) => implicit(2, ia5(name))),
    ...ipAddresses.map((address: string) => implicit(7, addressBytes(address))),
    ...uris.map((uri: string) => implicit(6, ia5(validUri(uri)))),
  ];
  return names.length > 0 ? sequence(...names) : undefined;
}

function ia5(value: string): Buffer {
  if ([...value].some((character) => character > "\x7f"))
    throw new Error(`Failed to create certificate: x509: "${value}" cannot be encoded as an IA5String`);
  return Buffer.from(value, "ascii");
}

function validUri(uri: string): string {
  if (!URL.canParse(uri)) throw new Error(`Invalid URI: Failed to parse "${uri}"`);
  return uri;
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  if (!isIPv6(address) || address.includes("%")) throw new Error(`Invalid IP address: Failed to parse "${address}"`);
  // URL writes every form of it as hexadecimal groups with one `::` at most.
  const [head = "", tail = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (side: string) => (side === "" ? [] : side.split(":").map((group) => Number.parseInt(group, 16)));
  const [front, back] = [groups(head), groups(tail)];
  const all = [...front, ...Array(8 - front.length - back.length).fill(0), ...back];
  return Buffer.from(all.flatMap((group: number) => [group >> 8, group & 0xff]));
}
