import assert from "node:assert/strict";
import { test } from "node:test";
import {
  brokenWords,
  faintTexts,
  type OpenedPage,
  overflow,
  type Scheme,
  schemes,
  takeShot,
  violations,
} from "./chromium.ts";

/** In pixels: a phone, half of a screen, a screen. */
const widths = [400, 800, 1400];

/**
 * Tests that a page can be read at each width, light and dark, by everyone, and loads nothing from elsewhere.
 * @param name of the page and its screenshots
 * @param open a window of that look, with the page and all its content
 */
export function testLooks(name: string, open: (look: { scheme: Scheme; width: number }) => Promise<OpenedPage>): void {
  for (const width of widths)
    for (const scheme of schemes)
      test(`${width} pixels wide and ${scheme} has no violation, no overflow and no broken word`, async () => {
        const { page, complaints, requests } = await open({ scheme, width });
        await takeShot(page, `${name}-${width}-${scheme}`);
        const origin = new URL(page.url()).origin;
        assert.deepEqual(complaints, []);
        assert.deepEqual(
          requests.filter((url) => url !== page.url() && url !== "data:," && !url.startsWith(`${origin}/`)),
          [],
        );
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(await faintTexts(page), []);
        assert.deepEqual(await brokenWords(page), []);
        assert.equal(await overflow(page), 0);
        await page.close();
      });
}
