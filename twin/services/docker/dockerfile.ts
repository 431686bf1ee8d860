/**
 * What a process needs to know of a Dockerfile: the last stage's entry point, command, environment, working directory and user.
 * RUN and COPY are carried out by a Docker Engine only; a process runs the build context itself beside its installed dependencies.
 */

export interface ImageConfig {
  entrypoint: string[];
  cmd: string[];
  env: Record<string, string>;
  workdir: string;
  user: string;
}

const known = [
  "FROM",
  "ARG",
  "ENV",
  "WORKDIR",
  "COPY",
  "RUN",
  "USER",
  "EXPOSE",
  "HEALTHCHECK",
  "ENTRYPOINT",
  "CMD",
  "LABEL",
];

/** @throws when an instruction is not known, or ENTRYPOINT or CMD is not in its JSON form */
export function imageConfig(dockerfile: string): ImageConfig {
  let config: ImageConfig = { entrypoint: [], cmd: [], env: {}, workdir: "/", user: "root" };
  for (const line of dockerfile.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const text = line.trim();
    if (!text || text.startsWith("#")) continue;
    const [word = "", ...rest] = text.split(/\s+/);
    const instruction = word.toUpperCase();
    if (!known.includes(instruction))
      throw new Error(`Dockerfile: the twin does not model ${word}; it models ${known.join(", ")}`);
    const value = rest.join(" ");
    if (instruction === "FROM") config = { entrypoint: [], cmd: [], env: {}, workdir: "/", user: "root" };
    if (instruction === "WORKDIR") config.workdir = value;
    if (instruction === "USER") config.user = value;
    if (instruction === "ENTRYPOINT") config.entrypoint = words(instruction, value);
    if (instruction === "CMD") config.cmd = words(instruction, value);
    if (instruction === "ENV")
      for (const [, name, set] of value.matchAll(/(\w+)=("[^"]*"|\S*)/g))
        config.env[name as string] = (set as string).replaceAll('"', "");
  }
  return config;
}

function words(instruction: string, value: string): string[] {
  try {
    return JSON.parse(value);
  } catch {
    throw new Error(`Dockerfile: ${instruction} ${value}: expected the JSON form, such as ["node", "main.ts"]`);
  }
}
