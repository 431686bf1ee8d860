import { readFileSync } from "node:fs";
import { join } from "node:path";
import { style } from "../../html/html.ts";

const read = (name: string) => () => readFileSync(join(import.meta.dirname, "page", name), "utf8");

/** The status page: what /status tells, for people. */
const files: Record<string, [type: string, body: () => string]> = {
  "/": ["text/html; charset=utf-8", read("index.html")],
  "/page.js": ["text/javascript; charset=utf-8", read("page.js")],
  "/page.css": ["text/css; charset=utf-8", read("page.css")],
  "/style.css": ["text/css; charset=utf-8", () => style],
};

/** Only content from here, and no page may put it into a frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  // The empty icon, without which a browser asks for one.
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export interface PageFile {
  headers: Record<string, string>;
  body: string;
}

/** A file of the page; undefined for any other path. */
export function pageFile(path: string): PageFile | undefined {
  const file = files[path];
  if (!file) return undefined;
  const [type, body] = file;
  const headers = {
    "content-type": type,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
  return { headers, body: body() };
}
