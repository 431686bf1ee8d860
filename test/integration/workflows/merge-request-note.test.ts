/** .ci/merge-request-note.mjs against a server that answers as GitLab's API for notes does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const script = resolve(import.meta.dirname, "../../../.ci/merge-request-note.mjs");
const folder = mkdtempSync(join(tmpdir(), "order-queue-note-"));
const file = join(folder, "preview.md");
const mark = "<!-- order-queue preview -->";
let server: Server;
let notes: { id: number; body: string }[] = [];
let calls: string[] = [];

beforeAll(async () => {
  writeFileSync(file, "### order-queue preview\n");
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    calls.push(`${request.method} ${request.url}`);
    if (request.headers["private-token"] !== "secret") return response.writeHead(401).end("401 Unauthorized");
    const note = () => JSON.parse(body) as { body: string };
    if (request.method === "POST") notes.push({ id: 7, ...note() });
    if (request.method === "PUT")
      notes = notes.map((one) => (request.url?.endsWith(`/${one.id}`) ? { ...one, ...note() } : one));
    return response.setHeader("content-type", "application/json").end(JSON.stringify(notes));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  calls = [];
});

async function run(token: string) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
  const env = { CI_API_V4_URL: url, CI_PROJECT_ID: "1", CI_MERGE_REQUEST_IID: "2", PREVIEW_TOKEN: token };
  const child = spawn(process.execPath, [script, file], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = await once(child, "close");
  return { code, errors };
}

const path = "/api/v4/projects/1/merge_requests/2/notes";

test("the first preview is a note of its own, a later one replaces it, and no note of a person", async () => {
  notes = [{ id: 3, body: "looks good" }];
  expect(await run("secret")).toEqual({ code: 0, errors: "" });
  expect(notes[1]).toEqual({ id: 7, body: `${mark}\n### order-queue preview\n` });
  writeFileSync(file, "### newer\n");
  expect(await run("secret")).toEqual({ code: 0, errors: "" });
  expect(notes).toEqual([
    { id: 3, body: "looks good" },
    { id: 7, body: `${mark}\n### newer\n` },
  ]);
  expect(calls.map((call) => call.replace(/\?.*/, ""))).toEqual([
    `GET ${path}`,
    `POST ${path}`,
    `GET ${path}`,
    `PUT ${path}/7`,
  ]);
});

test("a token that GitLab refuses is named, with the fix and no stack trace", async () => {
  const { code, errors } = await run("other");
  expect(code).toBe(1);
  expect(errors).toMatch(
    /^GET http\S+: 401 401 Unauthorized\. Fix: set PREVIEW_TOKEN to a project access token with the scope api \(docs\/aws\.md\)\n$/,
  );
});
