import type { NoAnswer } from "../http.ts";

/** Codes of a connection that was refused or broke off. Nothing that TLS has against a certificate is among them. */
const codes = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);

/** Whether a connection was refused or broke off, as every one does while AWS itself is down. */
export function brokeOff({ code }: NoAnswer): boolean {
  return codes.has(code ?? "");
}
