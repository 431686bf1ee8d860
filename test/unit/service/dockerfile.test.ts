import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageConfig } from "../../../twin/services/docker/dockerfile.ts";

test("the image gives Node more threads than its four for what blocks one, such as a name that getaddrinfo looks for", () => {
  const { env } = imageConfig(readFileSync(join(import.meta.dirname, "../../../service/Dockerfile"), "utf8"));
  expect(env).toEqual({ NODE_ENV: "production", UV_THREADPOOL_SIZE: "16" });
});
