import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "puppeteer-core";
import { historyPage } from "../../cli/history-page.ts";
import { history } from "../unit/cli/history-fixture.ts";
import { openHtml, type Scheme, spokenParts, startChromium } from "./chromium.ts";
import { testLooks } from "./looks.ts";

/** The fixture's updates, a day apart. */
const spread = history.events.map((each, index) => ({ ...each, end: `2026-07-${28 - index}T10:02:05.000Z` }));

describe("the page of the history", () => {
  let browser: Browser;
  before(async () => {
    browser = await startChromium();
  });
  after(() => browser?.close());

  const open = (look: { scheme: Scheme; width: number }) =>
    openHtml(browser, look, historyPage({ ...history, events: spread }, "2026-07-28T12:00:00.000Z"));

  testLooks("history", open);

  test("is headings, a drawing with a text, and a table to a screen reader", async () => {
    const { page } = await open({ scheme: "light", width: 1400 });
    const parts = await spokenParts(page);
    for (const part of [
      "heading Releases of the order-queue stacks",
      "heading Timeline",
      "image Updates of 2 stacks over time; the table below has each",
      "table All updates, the newest first",
      "columnheader rollback to it",
      "rowheader prod-au",
    ])
      assert.ok(parts.has(part), `${part} is not among ${[...parts].join("; ")}`);
  });

  test("is scrolled by the keyboard where it is wider than the window", async () => {
    const { page } = await open({ scheme: "light", width: 400 });
    const scrolled = await page.evaluate(`[...document.querySelectorAll(".scroll")].map(({ tabIndex }) => tabIndex)`);
    assert.deepEqual(scrolled, [0, 0]);
  });
});
