/** The secrets among the settings: each is checked like every setting, and never shown. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { z } from "zod";

const authorizationPrefix = "ERP_AUTHORIZATION_";

/** The variable with a store's Authorization header; store names are lower case, so no two have the same one. */
export function authorizationVariable(store: string): string {
  return `${authorizationPrefix}${store.toUpperCase().replaceAll("-", "_")}`;
}

/** Whether a variable's value may not be shown. */
export function isSecret(variable: string): boolean {
  return variable === "TLS_KEY" || variable.startsWith(authorizationPrefix);
}

export const tlsKey = pem("a private key as PEM", createPrivateKey);

/** Only the first certificate is looked at: the chain is for who verifies it. */
export const tlsCertificate = pem("a certificate as PEM, its chain after it", (text) => new X509Certificate(text));

function pem(error: string, parse: (text: string) => unknown) {
  return z.string({ error }).refine((text) => succeeds(() => parse(text)), { error });
}

/** Whether a certificate is for a key; where either cannot be read, that has been said already. */
export function isPair(key: string, certificate: string): boolean {
  if (!tlsKey.safeParse(key).success || !tlsCertificate.safeParse(certificate).success) return true;
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}

/** Text that can be a header's value: visible ASCII, single spaces inside. */
const headerValue = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/;

/** What is wrong with the stores' Authorization headers, by variable. */
export function authorizationProblems(env: object, stores: readonly string[]): Record<string, string> {
  const expected = new Set(stores.map(authorizationVariable));
  const given = Object.entries(env).filter(([variable]) => variable.startsWith(authorizationPrefix));
  return Object.fromEntries(
    given.flatMap(([variable, value]) => {
      if (!expected.has(variable)) return [[variable, "no such variable: no store in STORE_ERPS has that name"]];
      return headerValue.test(value) ? [] : [[variable, "an Authorization header, e.g. Bearer and a token"]];
    }),
  );
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
