import type { Package } from "../../pulumi/server.ts";
import { certRequest } from "./cert-request.ts";
import { locallySignedCert } from "./locally-signed-cert.ts";
import { privateKey } from "./private-key.ts";
import { selfSignedCert } from "./self-signed-cert.ts";

const types = [privateKey, selfSignedCert, certRequest, locallySignedCert];

/** The `tls` provider, as @pulumi/tls 5.6.1 talks to it. */
export const tls: Package = {
  name: "tls",
  version: "5.6.1",
  types: new Map(types.map((type) => [type.token, type])),
  functions: new Map(),
  replaces: [],
  configure(given) {
    const unknown = Object.keys(given).filter((key) => key !== "version" && !key.startsWith("__"));
    if (unknown.length > 0)
      throw new Error(`the twin does not model provider setting ${unknown.join(", ")} of tls; it models none`);
    return { region: "global", defaultTags: {} };
  },
};
