/** Chromium, and what is asked of every page that it shows. */
import assert from "node:assert/strict";
import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, launch, type Page, type SerializedAXNode } from "puppeteer-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const axe = resolve(import.meta.dirname, "../../node_modules/axe-core/axe.min.js");
const shots = resolve(import.meta.dirname, "../../.order-queue/screenshots");

export type Scheme = "light" | "dark";
export const schemes: readonly Scheme[] = ["light", "dark"];

export async function startChromium(): Promise<Browser> {
  // Without its sandbox, since containers of CI run as root; it opens our own pages alone.
  return launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
}

/** @throws Error where there is none: what was to be seen was not seen */
function findChromium(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const all = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = (process.env.CHROMIUM ? [process.env.CHROMIUM] : all).find(runs);
  if (!found) throw new Error("There is no Chromium: apt-get install chromium, or set CHROMIUM to where one is");
  return found;
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface OpenedPage {
  page: Page;
  complaints: string[];
  requests: string[];
}

/** A page with a scheme and a width, and everything that it complained of or asked for while it is open. */
export async function openPage(
  browser: Browser,
  { scheme, width }: { scheme: Scheme; width: number },
): Promise<OpenedPage> {
  const page = await browser.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.setViewport({ width, height: 1000 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  return { page, complaints, requests };
}

/** The same with a page that is one file: it asks for nothing but itself. */
export async function openHtml(
  browser: Browser,
  look: { scheme: Scheme; width: number },
  html: string,
): Promise<OpenedPage> {
  const opened = await openPage(browser, look);
  const url = `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
  await opened.page.goto(url);
  assert.deepEqual(opened.requests, [url]);
  return opened;
}

export async function takeShot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** Texts whose contrast is below WCAG's 4.5 for normal text (1.4.3), as `RATIO TEXT`. */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
        if (alpha === 1) return [r, g, b];
      }
      throw new Error("no background");
    };
    const texts = [...document.querySelectorAll("body *")].filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "") &&
      !element.closest("noscript, style, title, desc"));
    return texts.flatMap((element) => {
      const style = getComputedStyle(element);
      const ink = luminance(channels(element instanceof SVGElement ? style.fill : style.color));
      const paper = luminance(ground(element));
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      return ratio < 4.5 ? [ratio.toFixed(2) + " " + element.textContent.trim().slice(0, 60)] : [];
    });
  })()`) as Promise<string[]>;
}

/** How far the content reaches beyond the window's right edge, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth") as Promise<number>;
}

/** What axe-core finds, as `RULE: HELP: ELEMENT`; what it can only ask a person to look at is left out. */
export async function violations(page: Page): Promise<string[]> {
  // Not a script element, which a page's own policy would refuse.
  await page.evaluate(readFileSync(axe, "utf8"));
  const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 120)}`));
}

/** Words that begin on one line and end on another. A name may break after a sign, such as a dot. */
export function brokenWords(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const broken = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode())
      for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const tops = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (tops.size > 1) broken.push(word);
      }
    return broken;
  })()`) as Promise<string[]>;
}

/** What a screen reader reads, as `ROLE NAME`. */
export async function spokenParts(page: Page): Promise<Set<string>> {
  const flat = ({ role, name = "", children = [] }: SerializedAXNode): string[] => [
    `${role} ${name}`.trim(),
    ...children.flatMap(flat),
  ];
  const tree = await page.accessibility.snapshot({ interestingOnly: false });
  return new Set(tree ? flat(tree) : []);
}
