import type { Package } from "../../pulumi/server.ts";
import { type DockerCall, image } from "./image.ts";

/** The `docker` provider, as @pulumi/docker 5.2.0 talks to it. */
export const docker: Package<DockerCall> = {
  name: "docker",
  version: "5.2.0",
  types: new Map([[image.token, image]]),
  functions: new Map(),
  replaces: [],
  configure(given) {
    const { version: _, host, ...others } = given;
    const unknown = Object.keys(others).filter((key) => !key.startsWith("__"));
    if (unknown.length > 0)
      throw new Error(`the twin does not model provider setting ${unknown.join(", ")} of docker; it models host`);
    // The provider takes DOCKER_HOST for it; the twin has its engine from there too.
    if (host !== undefined && host !== process.env.DOCKER_HOST)
      throw new Error(`docker's host is ${host}, the twin's DOCKER_HOST ${process.env.DOCKER_HOST ?? "not set"}`);
    return { region: "global", defaultTags: {} };
  },
};
