import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser } from "puppeteer-core";
import { openPage, startChromium, takeShot } from "./chromium.ts";

const root = resolve(import.meta.dirname, "../..");
const mermaid = join(root, "node_modules", "@mermaid-js", "tiny", "dist", "mermaid.tiny.js");

const diagrams = ["README.md", ...globSync("docs/**/*.md", { cwd: root })]
  .sort()
  .flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(
      ([, source = ""], index) => ({ page, number: index + 1, source }),
    ),
  );

describe("the diagrams of the docs", () => {
  let browser: Browser;
  before(async () => {
    browser = await startChromium();
  });
  after(() => browser?.close());

  test("are found", () => assert.ok(diagrams.length > 0));

  for (const { page: name, number, source } of diagrams)
    test(`number ${number} of ${name} is drawn by Mermaid`, async () => {
      const { page, complaints, requests } = await openPage(browser, { scheme: "light", width: 1000 });
      await page.evaluate(readFileSync(mermaid, "utf8"));
      await page.evaluate(`(async () => {
        mermaid.initialize({ startOnLoad: false });
        const { svg } = await mermaid.render("diagram", ${JSON.stringify(source)});
        document.body.innerHTML = svg;
      })()`);
      await takeShot(page, `${name.replaceAll(/\W/g, "-")}-${number}`);
      assert.equal(await page.$$eval("svg g", (groups) => groups.length > 0), true);
      assert.deepEqual([complaints, requests], [[], []]);
      await page.close();
    });
});
