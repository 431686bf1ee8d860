import { PemConverter } from "../../internet/x509.ts";

/** PEM as Go's encoding/pem writes it, with a line feed at the end. */
export function toPem(label: string, der: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  return `${PemConverter.encode(der, label)}\n`;
}

/**
 * Reads the first block.
 * @param what names it in the message: `CA certificate`
 * @throws Error in the words of resource_locally_signed_cert.go when it is another block, or `parse` throws
 */
export function fromPem<T>(label: string, text: string, what: string, parse: (der: ArrayBuffer) => T): T {
  return parsing(what, () => {
    const [block] = PemConverter.decodeWithHeaders(text);
    if (!block) throw new Error(`failed to decode PEM of expected type "${label}" from bytes`);
    if (block.type !== label) throw new Error(`invalid PEM type - expected "${label}", got "${block.type}"`);
    return parse(block.rawData);
  });
}

/** @throws Error that says which PEM was wrong when `parse` throws */
export function parsing<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(`Failed to parse ${what} PEM: ${(error as Error).message}`);
  }
}
