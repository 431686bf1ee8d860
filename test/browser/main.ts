/**
 * `npm run browser`: the pages and the docs' diagrams as Chromium shows them. It is no part of `npm test`, which needs no browser;
 * here a machine without one is a failure. Screenshots go to .order-queue/screenshots.
 */
import "./diagrams.ts";
import "./history-page.ts";
import "./replay-page.ts";
import "./status-page.ts";
