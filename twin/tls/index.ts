import type { Package } from "../provider/server.ts";
import { certRequest } from "./certRequest.ts";
import { locallySignedCert } from "./locallySignedCert.ts";
import { privateKey } from "./privateKey.ts";
import { selfSignedCert } from "./selfSignedCert.ts";

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
