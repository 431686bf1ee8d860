import { chart, picture } from "../../../../drills/replay/chart.ts";
import { page } from "../../../../drills/replay/page.ts";
import { axis, flags, july28, measured, place } from "../../../../drills/replay/timeline.ts";
import { replayed } from "./replayed.ts";

test("each tenfold time is equally far along the axis", () => {
  const decade = place(10) - place(1);
  expect(place(100) - place(10)).toBeCloseTo(decade, 10);
  expect(place(36_000) - place(3_600)).toBeCloseTo(decade, 10);
  expect([place(axis.from), place(axis.to)]).toEqual([0, 1]);
});

test("what took less than the axis begins with, or nothing, stands at its beginning", () => {
  expect([place(0), place(0.01)]).toEqual([0, 0]);
});

test("July 28 is where its clock says", () => {
  expect(july28.map(({ seconds, label }) => [seconds, label.slice(0, 5)])).toEqual([
    [6840, "15:10"],
    [32_880, "22:24"],
    [33_780, "22:39"],
    [34_380, "22:49"],
    [34_800, "22:56"],
  ]);
});

test("the replay's moments come in the order in which they happened", () => {
  expect(measured(replayed)).toEqual([
    { seconds: 0.26, label: "notified, after 0.26 s" },
    { seconds: 2.62, label: "cause found, after 2.6 s" },
    { seconds: 5.24, label: "every store served again, after 5.2 s" },
    { seconds: 9.6, label: "containers rebuilt, same certificates" },
    { seconds: 14.1, label: "bad change stopped by policy" },
    { seconds: 23.8, untilSeconds: 35.6, label: "a change rolled back, in 12 s" },
  ]);
});

test("what never happened has no place on it", () => {
  const stops = replayed.stops.map((stop) => ({ ...stop, recoveredSeconds: undefined }));
  expect(measured({ ...replayed, stops }).map(({ label }) => label)).not.toContainEqual(
    expect.stringContaining("served again"),
  );
});

test.each([
  ["July 28", july28],
  ["the replay", measured(replayed)],
])("no label of %s covers another one, or a pole", (_name, moments) => {
  const placed = flags(moments, 1000, 7);
  for (const one of placed) {
    expect(one.from === one.x || one.to === one.x).toBe(true);
    expect(one.to).toBeLessThanOrEqual(1000);
    for (const other of placed) {
      if (one === other) continue;
      if (one.row === other.row) expect(one.to <= other.from || other.to <= one.from).toBe(true);
      if (one.row > other.row) expect(one.x <= other.from || one.x >= other.to).toBe(true);
    }
  }
});

describe("the page", () => {
  test("needs nothing beside itself, and runs no script", () => {
    expect(page(replayed).match(/<(script|link|img|iframe)|url\(|@import|\bsrc=|\bhref=|https?:/g)).toBeNull();
  });

  test("says every row of the table in words, beside the drawing", () => {
    const html = page(replayed);
    expect(html).toContain("Over after 5.2 s; on July 28 after 9 h 40 min. 7 of 7 goals met.");
    expect(html.match(/<th scope="row">/g)).toHaveLength(8);
    expect(html).toContain('role="img" aria-labelledby="chart-title" aria-describedby="chart-text"');
  });

  test("takes what others said as text", () => {
    const [stop, ...rest] = replayed.stops;
    const html = page({
      ...replayed,
      stops: [{ ...stop, toldBy: '<b a="1">&' } as (typeof replayed.stops)[0], ...rest],
    });
    expect(html).toContain("<dd><code>&lt;b a=&quot;1&quot;&gt;&amp;</code></dd>");
  });
});

test("the picture is the page's drawing as a file that needs nothing beside itself", () => {
  const svg = picture(replayed);
  const [, ...shapes] = chart(replayed).split("\n");
  expect(svg).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="1080" height="\d+" viewBox="0 -12 1080 \d+" /,
  );
  expect(svg).toContain(shapes.join("\n"));
  expect(svg.match(/<(script|image|foreignObject)|url\(|@import|\bhref=/g)).toBeNull();
});
