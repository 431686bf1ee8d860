/** Another image: the service's own files with what the fault says beside them. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageChange, ResourceChange } from "./fault.ts";

/** Changes the service's folder, which the update then builds. */
export function changeImage(project: string, change: ImageChange): void {
  const lines = Object.entries(change.environment ?? {}).map(([name, value]) => `ENV ${name}="${value}"`);
  const preload = preloadOf(change);
  if (preload) {
    writeFileSync(join(project, "service", "fault.mjs"), preload);
    appendFileSync(join(project, "service", ".dockerignore"), "\n!fault.mjs\n");
    // Node loads it before the service itself.
    lines.push("COPY fault.mjs ./", 'ENV NODE_OPTIONS="--import=./fault.mjs"');
  }
  if (change.entryPoint) lines.push(`ENTRYPOINT ${JSON.stringify(change.entryPoint)}`);
  appendFileSync(join(project, "service", "Dockerfile"), `\n${lines.join("\n")}\n`);
}

/** What of it stands in the program. */
export function imageResources(change: ImageChange | undefined): ResourceChange[] {
  if (!change?.architecture) return [];
  return [{ type: "docker:index/image:Image", set: { "build.platform": `linux/${change.architecture}` } }];
}

function preloadOf({ logLine, startSeconds, memoryMiB, healthStatus }: ImageChange): string {
  return [
    ...(logLine ? [`console.log(${JSON.stringify(logLine)});`] : []),
    ...(startSeconds ? [`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${startSeconds * 1000});`] : []),
    ...(memoryMiB ? [`globalThis.taken = Buffer.alloc(${memoryMiB} * 1024 * 1024, 1);`] : []),
    ...(healthStatus ? [answerHealth(healthStatus)] : []),
  ].join("\n");
}

function answerHealth(status: number): string {
  return `import http from "node:http";
const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, request, response) {
  if (event !== "request" || request.url !== "/health") return Reflect.apply(emit, this, arguments);
  response.writeHead(${status}).end();
  return true;
};`;
}
