import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "puppeteer-core";
import { picture } from "../../drills/replay/chart.ts";
import { page as html } from "../../drills/replay/page.ts";
import { replayed } from "../unit/drills/replay/replayed.ts";
import {
  openHtml,
  openPage,
  overflow,
  type Scheme,
  schemes,
  spokenParts,
  startChromium,
  takeShot,
} from "./chromium.ts";
import { testLooks } from "./looks.ts";

describe("the replay's page", () => {
  let browser: Browser;
  before(async () => {
    browser = await startChromium();
  });
  after(() => browser?.close());

  const open = (look: { scheme: Scheme; width: number }) => openHtml(browser, look, html(replayed));

  testLooks("replay", open);

  test("draws no label over another one", async () => {
    const { page } = await open({ scheme: "light", width: 1400 });
    const covered = await page.evaluate(`(() => {
      const boxes = [...document.querySelectorAll("svg g.then text, svg g.now text, svg text.lane")].map((text) => ({
        text: text.textContent, box: text.getBoundingClientRect() }));
      return boxes.flatMap((one, index) => boxes.slice(index + 1)
        .filter(({ box }) => one.box.left < box.right && box.left < one.box.right && one.box.top + 2 < box.bottom && box.top + 2 < one.box.bottom)
        .map((other) => one.text + " / " + other.text));
    })()`);
    assert.deepEqual(covered, []);
  });

  for (const scheme of schemes) {
    test(`as a picture in ${scheme} is a drawing that loads nothing but itself`, async () => {
      const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture(replayed))}`;
      const { page, complaints, requests } = await openPage(browser, { scheme, width: 1080 });
      await page.goto(url);
      await takeShot(page, `replay-picture-${scheme}`);
      assert.deepEqual(requests, [url]);
      assert.deepEqual(complaints, []);
      assert.equal(await overflow(page), 0);
    });
  }

  test("is a heading, a drawing with a text, a table and a list to a screen reader", async () => {
    const { page } = await open({ scheme: "light", width: 1400 });
    const parts = await spokenParts(page);
    for (const part of [
      "heading July 28, replayed",
      "image Timeline of July 28 above, of the replay below",
      "table What took how long",
      "columnheader Measured",
      "rowheader An alarm notification is sent",
    ])
      assert.ok(parts.has(part), part);
  });
});
