import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The status page: what /status tells, for people. */
const files: Record<string, [name: string, type: string]> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/page.css": ["page.css", "text/css; charset=utf-8"],
};

const folder = join(import.meta.dirname, "page");

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
  const [name, type] = files[path] ?? [];
  if (name === undefined || type === undefined) return undefined;
  const headers = {
    "content-type": type,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
  return { headers, body: readFileSync(join(folder, name), "utf8") };
}
