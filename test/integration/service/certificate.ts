import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority, newKey } from "../../../twin/internet/authority.ts";

/** All in PEM but the name. */
export interface Certificate {
  key: string;
  cert: string;
  /** Certificate of the authority that issued it. */
  ca: string;
  /** The name it is for. */
  name: string;
}

/** A certificate for a name, of a key and an authority of its own. */
export async function makeCertificate(name: string): Promise<Certificate> {
  const folder = mkdtempSync(join(tmpdir(), "order-queue-tls-"));
  const authority = await Authority.open(folder);
  rmSync(folder, { recursive: true });
  const key = newKey("EC_prime256v1");
  const { certificate } = await authority.issue([name], key, 1);
  return { key, cert: certificate, ca: authority.certificate, name };
}
