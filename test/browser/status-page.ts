import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Browser, Page } from "puppeteer-core";
import { pageFile } from "../../twin/control/page.ts";
import { openPage, type Scheme, spokenParts, startChromium } from "./chromium.ts";
import { testLooks } from "./looks.ts";
import { stopped, threeRegions } from "./status.ts";

let browser: Browser;
let server: Server;
let url: string;
let status = threeRegions();

/** Everything the page says below an element, as a reader sees it. */
const text = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent ?? "");

const heading = (stack: string) => `section[aria-labelledby="region-${stack}"]`;

describe("the twin's status page", () => {
  before(async () => {
    browser = await startChromium();
    // The files as the twin serves them, and a status that a test can change.
    server = createServer((request, response) => {
      const file = pageFile(request.url ?? "/") ?? { headers: {}, body: JSON.stringify(status) };
      response.writeHead(200, file.headers).end(file.body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
  beforeEach(() => {
    status = threeRegions();
  });

  async function open(look: { scheme: Scheme; width: number } = { scheme: "light", width: 1400 }) {
    const opened = await openPage(browser, look);
    await opened.page.goto(url);
    await opened.page.waitForSelector(heading("prod-au"));
    return opened;
  }

  testLooks("status", open);

  test("shows each region, its troubles, and the last orders", async () => {
    const { page } = await open();
    assert.match(await text(page, heading("staging")), /Nothing is wrong.*dispatch1 of 1.*Stopped last: none/);
    assert.match(
      await text(page, heading("prod-au")),
      /dispatch runs 1 of 2✗ alarm dispatch-below-desired✗ certificate/,
    );
    assert.match(await text(page, heading("prod-au")), /Stopped last.*Essential container in task exited/);
    assert.match(await text(page, "#orders"), /harbourside.*waits in prod-au-orders-1f2e3d4\.fifo/);
  });

  test("says aloud that a container stopped", async () => {
    const { page } = await open();
    status.regions["eu-central-1"]?.tasks.push(stopped("prod-eu", "task-2", "OutOfMemoryError: container killed"));
    await page.waitForFunction('document.querySelector("#news").textContent !== ""');
    assert.match(await text(page, "#news"), /prod-eu: dispatch stopped: OutOfMemoryError: container killed/);
    assert.equal(await page.$eval("#news", (element) => element.getAttribute("aria-live")), "polite");
  });

  test("is stopped and started again by the keyboard, with the focus to be seen", async () => {
    const { page } = await open();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.id"), "pause");
    assert.equal(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "solid");
    await page.keyboard.press("Space");
    assert.equal(await page.$eval("#pause", (button) => button.getAttribute("aria-pressed")), "true");
    await page.keyboard.press("Space");
    assert.equal(await page.$eval("#pause", (button) => button.getAttribute("aria-pressed")), "false");
  });

  test("has landmarks, and tables with captions and heads", async () => {
    const { page } = await open();
    const parts = await spokenParts(page);
    for (const part of [
      ...["banner", "main", "status", "region The last orders on their way"],
      ...["table Containers", "columnheader Running", "rowheader dispatch"],
    ])
      assert.ok(parts.has(part), part);
  });

  test("says that the twin is gone, and keeps what it said last", async () => {
    const { page } = await open();
    await page.setOfflineMode(true);
    await page.waitForFunction('document.body.classList.contains("gone")');
    assert.match(await text(page, "#twin"), /does not answer/);
    assert.match(await text(page, heading("prod-au")), /1 of 2/);
    await page.setOfflineMode(false);
    await page.waitForFunction('!document.body.classList.contains("gone")');
    assert.match(await text(page, "#twin"), /process \d+/);
  });
});
