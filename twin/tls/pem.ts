/** PEM as Go's encoding/pem writes it: 64 characters a line, a line feed at the end. */
export function toPem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * The bytes of the first block.
 * @throws Error in the words of resource_locally_signed_cert.go, decodePEM
 */
export function fromPem(label: string, text: string): Buffer {
  const block = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]*)-----END \1-----/.exec(text);
  if (!block) throw new Error(`failed to decode PEM of expected type "${label}" from bytes`);
  const [, found, body = ""] = block;
  if (found !== label) throw new Error(`invalid PEM type - expected "${label}", got "${found}"`);
  return Buffer.from(body, "base64");
}
