// Puts a file into a note of a GitLab merge request: the one that it wrote before, or a new one (GitLab's API, "Notes").
// PREVIEW_TOKEN: a project access token with the scope `api`; the other variables are GitLab CI's own.
import { readFileSync } from "node:fs";

const mark = "<!-- order-queue preview -->";
const { CI_API_V4_URL: api, CI_PROJECT_ID: project, CI_MERGE_REQUEST_IID: request, PREVIEW_TOKEN: token } = process.env;
const notes = `${api}/projects/${project}/merge_requests/${request}/notes`;

async function call(/** @type {string} */ url, /** @type {RequestInit} */ init = {}) {
  const headers = { "private-token": token ?? "", "content-type": "application/json" };
  const answer = await fetch(url, { ...init, headers });
  if (answer.ok) return answer.json();
  const fix = "Fix: set PREVIEW_TOKEN to a project access token with the scope api (docs/aws.md)";
  throw new Error(`${init.method ?? "GET"} ${url}: ${answer.status} ${await answer.text()}. ${fix}`);
}

try {
  /** @type {{ id: number, body: string }[]} */
  const all = await call(`${notes}?per_page=100&sort=asc`);
  const own = all.find(({ body }) => body.startsWith(mark));
  const body = JSON.stringify({ body: `${mark}\n${readFileSync(process.argv[2] ?? "preview.md", "utf8")}` });
  await (own ? call(`${notes}/${own.id}`, { method: "PUT", body }) : call(notes, { method: "POST", body }));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
