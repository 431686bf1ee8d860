import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import type { Properties } from "../../core/store.ts";
import { type JsonAttributeObject, type JsonGeneralNames, Name } from "../../internet/x509.ts";

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
export function distinguishedName(subject: Properties = {}): Name {
  const parts = attributes.flatMap(([property, id]) => {
    const values = [subject[property] ?? []].flat().map((value) => ({ [id]: [text(value)] }));
    // DER wants the members of a set in the order of their bytes.
    const sorted = values.sort((a, b) => Buffer.compare(encoded(a), encoded(b)));
    return values.length > 0 ? [{ [id]: sorted.flatMap((value) => value[id] ?? []) }] : [];
  });
  return new Name(parts);
}

const encoded = (part: Record<string, JsonAttributeObject[]>) => Buffer.from(new Name([part]).toArrayBuffer());

/** PrintableString where every character allows it, as Go's encoding/asn1 does. */
const text = (value: string): JsonAttributeObject =>
  Name.isPrintableString(value) ? { printableString: value } : { utf8String: value };

/**
 * DNS names, IP addresses and URIs, in Go's order.
 * @throws Error in the provider's words for an IP address or URI that is none
 */
export function alternativeNames({ dnsNames = [], ipAddresses = [], uris = [] }: Properties): JsonGeneralNames {
  return [
    ...dnsNames.map((name: string) => ({ type: "dns", value: ascii(name) })),
    ...ipAddresses.map((address: string) => ({ type: "ip", value: validAddress(address) })),
    ...uris.map((uri: string) => ({ type: "url", value: ascii(validUri(uri)) })),
  ];
}

function ascii(value: string): string {
  if ([...value].some((character) => character > "\x7f"))
    throw new Error(`Failed to create certificate: x509: "${value}" cannot be encoded as an IA5String`);
  return value;
}

function validUri(uri: string): string {
  if (!URL.canParse(uri)) throw new Error(`Invalid URI: Failed to parse "${uri}"`);
  return uri;
}

function validAddress(address: string): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address) || address.includes("%")) throw new Error(`Invalid IP address: Failed to parse "${address}"`);
  // URL writes every form of it as hexadecimal groups, which the library needs.
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
