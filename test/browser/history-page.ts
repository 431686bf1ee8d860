import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser } from "puppeteer-core";
import { historyPage } from "../../cli/history-page.ts";
import { history } from "../unit/cli/history-fixture.ts";
import { openPage, type Scheme, startChromium, told } from "./chromium.ts";
import { testLooks } from "./looks.ts";

let browser: Browser;
let folder: string;
let url: string;

describe("the page of the history", () => {
  before(async () => {
    browser = await startChromium();
    folder = mkdtempSync(join(tmpdir(), "order-queue-page-"));
    const file = join(folder, "history.html");
    writeFileSync(file, historyPage(history, "2026-07-28T12:00:00.000Z"));
    url = pathToFileURL(file).href;
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  async function open(look: { scheme: Scheme; width: number }) {
    const opened = await openPage(browser, look);
    await opened.page.goto(url);
    return opened;
  }

  testLooks("history", open);

  test("is headings, a drawing with a text, and a table to a screen reader", async () => {
    const { page } = await open({ scheme: "light", width: 1400 });
    const parts = await told(page);
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
