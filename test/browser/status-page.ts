import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "puppeteer-core";
import {
  certificate,
  image,
  put,
  region,
  service,
  startTestCloud,
  taskDefinition,
  zone,
} from "../integration/twin/cloud.ts";
import { faintTexts, openPage, overflow, schemes, startChromium, takeShot, told } from "./chromium.ts";

let browser: Browser;
let cloud: Awaited<ReturnType<typeof startTestCloud>>;
let arn: string;

const tags = (stack: string) => ({ tagsAll: { stack } });

/** Everything the page says below an element, as a reader sees it. */
const text = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent ?? "");

const heading = (stack: string) => `section[aria-labelledby="region-${stack}"]`;

describe("the twin's status page", () => {
  before(async () => {
    browser = await startChromium();
    cloud = await startTestCloud();
    const { cloud: parts, directory } = cloud;
    image(parts, directory, "setInterval(() => {}, 1000)");
    const definition = taskDefinition(parts, 1, { environment: [{ name: "RELEASE", value: "r1" }], portMappings: [] });
    arn = service(parts, definition, { ...tags("prod-au"), loadBalancers: [] });
    await certificate(parts, zone);
    for (const [stack, name] of [
      ["staging", "staging-orders.fifo"],
      ["prod-au", "prod-au-orders.fifo"],
    ] as const) {
      const queue = parts.sqs.create(name, region, { FifoQueue: "true" });
      put(parts, "aws:sqs/queue:Queue", queue.arn, tags(stack));
      parts.sqs.queues.messages.send(parts.sqs.queues.get(queue.arn), {
        body: "{}",
        groupId: `acme/${stack}`,
        dedupId: stack,
      });
    }
    await parts.ecs.steady(arn, 20_000);
  });
  after(async () => {
    await browser?.close();
    await cloud?.close();
  });

  async function open(scheme: (typeof schemes)[number], width = 1440) {
    const opened = await openPage(browser, { scheme, width });
    await opened.page.goto(cloud.cloud.apiUrl);
    await opened.page.waitForSelector(heading("prod-au"));
    return opened;
  }

  for (const scheme of schemes) {
    test(`in ${scheme} shows each stack, loads nothing from elsewhere, and can be read`, async () => {
      const { page, complaints, requests } = await open(scheme);
      assert.match(await text(page, heading("prod-au")), /app.*1 of 1.*r1/);
      assert.match(await text(page, heading("staging")), /orders/);
      assert.match(await text(page, "#orders"), /acme\/prod-au.*waits in prod-au-orders\.fifo/);
      await takeShot(page, `status-${scheme}`);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith(`${cloud.cloud.apiUrl}/`) && url !== "data:,"),
        [],
      );
      assert.deepEqual(complaints, []);
      assert.deepEqual(await faintTexts(page), []);
    });
  }

  test("says aloud that a container stopped, and shows why", async () => {
    const { page } = await open("light");
    const { id } = cloud.cloud.ecs.tasks(arn).find(({ lastStatus }) => lastStatus === "RUNNING") ?? { id: "none" };
    cloud.cloud.ecs.kill(id);
    await page.waitForFunction('document.querySelector("#news").textContent !== ""');
    assert.match(await text(page, "#news"), /prod-au: app stopped: Essential container in task exited/);
    assert.equal(await page.$eval("#news", (element) => element.getAttribute("aria-live")), "polite");
    assert.match(await text(page, heading("prod-au")), /Stopped last.*Essential container in task exited/);
  });

  test("is stopped and started again by the keyboard, with the focus to be seen", async () => {
    const { page } = await open("light");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.id"), "pause");
    assert.equal(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "solid");
    await page.keyboard.press("Space");
    assert.equal(await page.$eval("#pause", (button) => button.getAttribute("aria-pressed")), "true");
    await page.keyboard.press("Space");
    assert.equal(await page.$eval("#pause", (button) => button.getAttribute("aria-pressed")), "false");
  });

  test("has landmarks, and tables with captions and heads", async () => {
    const { page } = await open("light");
    const parts = await told(page);
    for (const part of [
      ...["banner", "main", "status", "region The last orders on their way"],
      ...["table Containers", "columnheader Running", "rowheader app"],
    ])
      assert.ok(parts.has(part), part);
  });

  test("on a phone puts the stacks below each other", async () => {
    const { page } = await open("dark", 390);
    await takeShot(page, "status-phone");
    assert.equal(await overflow(page), 0);
  });

  test("says that the twin is gone, and keeps what it said last", async () => {
    const { page } = await open("light");
    await page.setOfflineMode(true);
    await page.waitForFunction('document.body.classList.contains("gone")');
    assert.match(await text(page, "#twin"), /does not answer/);
    assert.match(await text(page, heading("prod-au")), /1 of 1/);
    await page.setOfflineMode(false);
    await page.waitForFunction('!document.body.classList.contains("gone")');
    assert.match(await text(page, "#twin"), /process \d+/);
  });
});
