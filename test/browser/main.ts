/**
 * `npm run browser`: the pages as Chromium shows them. It is no part of `npm test`, which needs no browser; here a machine
 * without one is a failure. Each page's screenshots go to .order-queue/screenshots.
 */
import "./replay-page.ts";
import "./status-page.ts";
