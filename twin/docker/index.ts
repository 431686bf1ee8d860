import type { Package } from "../provider/server.ts";
import { image } from "./image.ts";

/** The `docker` provider, as @pulumi/docker 5.2.0 talks to it. */
export const docker: Package = {
  name: "docker",
  version: "5.2.0",
  types: new Map([[image.token, image]]),
  functions: new Map(),
  replaces: [],
  configure(given) {
    const unknown = Object.keys(given).filter((key) => key !== "version" && !key.startsWith("__"));
    if (unknown.length > 0)
      throw new Error(`the twin does not model provider setting ${unknown.join(", ")} of docker; it models none`);
    return { region: "global", defaultTags: {} };
  },
};
