import { frozenAt } from "../../../stacks/freeze.ts";
import { good, parseOf, refusal } from "./settings-parser-fixture.ts";

const [reason, timeZone] = ["sales", "Australia/Sydney"];

/** End of the freeze of one window at a time, or `open`. */
function until(from: string, to: string, now: string, zone = timeZone): string {
  return frozenAt({ freeze: [{ from, to, reason }], timeZone: zone }, Date.parse(now))?.until ?? "open";
}

describe("a window of dates", () => {
  const at = (now: string, zone?: string) => until("2026-12-20T17:00", "2027-01-04T08:00", now, zone);

  test.each([
    ["2026-12-20T05:59:59.999Z", "open"],
    ["2026-12-20T06:00:00.000Z", "2027-01-03T21:00:00.000Z"],
    ["2027-01-03T20:59:59.999Z", "2027-01-03T21:00:00.000Z"],
    ["2027-01-03T21:00:00.000Z", "open"],
  ])("in Sydney at %s: %s", (now, expected) => expect(at(now)).toBe(expected));

  test("is another one in another time zone", () => {
    expect(at("2026-12-20T06:00:00.000Z", "UTC")).toBe("open");
    expect(at("2026-12-20T17:00:00.000Z", "UTC")).toBe("2027-01-04T08:00:00.000Z");
    expect(at("2026-12-20T11:30:00.000Z", "Asia/Kolkata")).toBe("2027-01-04T02:30:00.000Z");
  });
});

describe("a window of every week", () => {
  const at = (now: string) => until("Fri 17:00", "Mon 08:00", now);

  test.each([
    // Standard time, UTC+10: Friday 17 July 2026, 17:00 is 07:00 UTC.
    ["2026-07-17T06:59:59.999Z", "open"],
    ["2026-07-17T07:00:00.000Z", "2026-07-19T22:00:00.000Z"],
    ["2026-07-19T22:00:00.000Z", "open"],
    // Daylight saving, UTC+11.
    ["2026-12-18T05:59:59.999Z", "open"],
    ["2026-12-18T06:00:00.000Z", "2026-12-20T21:00:00.000Z"],
    // Clocks go forward on Sunday 4 October 2026: it begins at UTC+10 and ends at UTC+11.
    ["2026-10-02T07:00:00.000Z", "2026-10-04T21:00:00.000Z"],
    // Daylight saving ends on Sunday 5 April 2026: it begins at UTC+11 and ends at UTC+10.
    ["2026-04-03T06:00:00.000Z", "2026-04-05T22:00:00.000Z"],
  ])("in Sydney at %s: %s", (now, expected) => expect(at(now)).toBe(expected));

  test("that ends earlier on the day on which it begins lasts until the next week", () => {
    expect(until("Fri 17:00", "Fri 08:00", "2026-07-20T00:00Z", "UTC")).toBe("2026-07-24T08:00:00.000Z");
    expect(until("Fri 17:00", "Fri 08:00", "2026-07-24T09:00Z", "UTC")).toBe("open");
    expect(until("Fri 08:00", "Fri 17:00", "2026-07-24T09:00Z", "UTC")).toBe("2026-07-24T17:00:00.000Z");
  });
});

describe("a local time that the clocks show twice or skip makes no window shorter", () => {
  const [berlin, night] = ["Europe/Berlin", "2026-10-25"];

  test("02:30 of the night with two of them begins with the first and ends with the second", () => {
    expect(until(`${night}T02:30`, `${night}T12:00`, "2026-10-25T00:30Z", berlin)).toBe("2026-10-25T11:00:00.000Z");
    expect(until(`${night}T02:30`, `${night}T12:00`, "2026-10-25T00:29Z", berlin)).toBe("open");
    expect(until(`${night}T00:00`, `${night}T02:30`, "2026-10-25T01:29Z", berlin)).toBe("2026-10-25T01:30:00.000Z");
  });

  test("02:30 of the night without it is an hour either way", () => {
    expect(until("2026-03-29T02:30", "2026-03-29T12:00", "2026-03-29T00:30Z", berlin)).toBe("2026-03-29T10:00:00.000Z");
    expect(until("2026-03-29T00:00", "2026-03-29T02:30", "2026-03-29T01:29Z", berlin)).toBe("2026-03-29T01:30:00.000Z");
  });
});

test("windows that continue each other are one freeze, with the reason that holds now", () => {
  const freeze = [
    { from: "2026-12-20T00:00", to: "2026-12-27T00:00", reason: "Christmas" },
    { from: "2026-12-26T00:00", to: "2027-01-01T00:00", reason: "stocktaking" },
    { from: "Fri 00:00", to: "Sat 00:00", reason: "Fridays" },
  ];
  expect(frozenAt({ freeze, timeZone: "UTC" }, Date.parse("2026-12-24T00:00Z"))).toEqual({
    reason: "Christmas",
    until: "2027-01-02T00:00:00.000Z",
  });
});

test("windows that cover every week have an end that moves", () => {
  const freeze = [
    { from: "Mon 00:00", to: "Thu 00:00", reason },
    { from: "Thu 00:00", to: "Mon 00:00", reason },
  ];
  const { until: end = "" } = frozenAt({ freeze, timeZone: "UTC" }, Date.parse("2026-12-24T00:00Z")) ?? {};
  expect(end).toBe("2027-07-22T00:00:00.000Z");
});

describe("the settings", () => {
  const freeze = (from: string, to: string, why = reason) => ({ ...good, freeze: [{ from, to, reason: why }] });
  const problems = (values: typeof good) => refusal(values).problems.map(({ path, expected }) => [path, expected]);

  test("take windows of dates and of every week", () => {
    expect(parseOf(freeze("Fri 17:00", "Mon 08:00")).freeze).toEqual([{ from: "Fri 17:00", to: "Mon 08:00", reason }]);
    expect(parseOf({ ...good, timeZone }).timeZone).toBe(timeZone);
    expect(parseOf(good)).toMatchObject({ freeze: [], timeZone: "UTC" });
  });

  test.each([["2026-02-30T00:00"], ["2026-12-20"], ["Friday 17:00"], ["Fri 24:00"], ["2026-12-20T00:00Z"]])(
    "refuse %s",
    (from) => {
      expect(problems(freeze(from, "2027-01-01T00:00"))).toEqual([
        ["order-queue:freeze[0].from", "a local time, 2026-12-20T17:00, or one of every week, Fri 17:00"],
      ]);
    },
  );

  test.each([
    ["2026-12-20T00:00", "2026-12-20T00:00"],
    ["2026-12-20T00:00", "Mon 08:00"],
    ["Mon 08:00", "Mon 08:00"],
  ])("refuse a window from %s to %s", (from, to) => {
    expect(problems(freeze(from, to))).toEqual([
      [
        "order-queue:freeze[0].to",
        "a time after from and written like it: two dates, or two times of the week that differ",
      ],
    ]);
  });

  test("refuse a time zone that does not exist, a window without a reason, and windows of staging", () => {
    expect(problems({ ...good, timeZone: "Mars/Olympus" })).toEqual([
      ["order-queue:timeZone", "a time zone's IANA name, e.g. Australia/Sydney"],
    ]);
    expect(problems(freeze("Fri 17:00", "Mon 08:00", "x"))).toEqual([
      ["order-queue:freeze[0].reason", "a written reason, 3 to 200 characters"],
    ]);
    expect(() => parseOf(freeze("Fri 17:00", "Mon 08:00"), "staging")).toThrow(
      "Pulumi.staging.yaml order-queue:freeze: expected no freeze windows: staging takes releases at any time",
    );
  });
});
