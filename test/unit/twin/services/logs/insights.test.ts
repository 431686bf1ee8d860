import { insightsQuery } from "../../../../../twin/services/logs/insights.ts";

const minute = 60_000;
const start = Date.parse("2026-07-28T13:00:00Z");
const row = (minutes: number, fields: object) => ({ "@timestamp": start + minutes * minute, ...fields });

/** The newest first, as events come. */
const events = [
  row(11, { "@message": "late", level: "info", status: 200 }),
  row(7, { "@message": "ERP answered 503", level: "warn", status: 503, "order.id": "A-2" }),
  row(3, { "@message": "ERP answered 500", level: "warn", status: 500, "order.id": "A-1" }),
  row(0, { "@message": "begin", level: "info" }),
];

const ask = (query: string, most = 10_000) => insightsQuery(query)(events, most);
const messages = (query: string) => ask(query).rows.map((one) => one["@message"]);

describe("a query of Logs Insights", () => {
  it("shows time and message of all events, the newest first, where it names no fields", () => {
    expect(ask("")).toEqual({ rows: events, columns: ["@timestamp", "@message"], matched: 4, events: true });
    expect(ask("fields level, order.id | limit 2").columns).toEqual(["level", "order.id"]);
    expect(ask("limit 2").rows).toEqual(events.slice(0, 2));
    expect(ask("", 1).rows).toEqual(events.slice(0, 1));
  });

  it.each([
    ["status >= 500", ["ERP answered 503", "ERP answered 500"]],
    ['level = "warn" and status != 500', ["ERP answered 503"]],
    ["level = 'info' or status = 500", ["late", "ERP answered 500", "begin"]],
    ["not (level = 'warn')", ["late", "begin"]],
    ["@message like /answered 50[0-2]/", ["ERP answered 500"]],
    ["@message like /erp/i and status < 503", ["ERP answered 500"]],
    ['@message not like "ERP"', ["late", "begin"]],
    ["status in [200, 503]", ["late", "ERP answered 503"]],
    ["ispresent(`order.id`)", ["ERP answered 503", "ERP answered 500"]],
    ["status != 200", ["ERP answered 503", "ERP answered 500", "begin"]],
  ])("filters by %s", (condition, expected) => expect(messages(`filter ${condition}`)).toEqual(expected));

  it("sorts by fields, numbers as numbers", () => {
    expect(messages("sort status desc, @timestamp asc")).toEqual([
      "ERP answered 503",
      "ERP answered 500",
      "late",
      "begin",
    ]);
    expect(messages("fields @message | sort @timestamp | limit 1 # the oldest")).toEqual(["begin"]);
  });

  it("counts by periods and fields", () => {
    const byTime = ask("stats count(*) by bin(5m)");
    expect(byTime.columns).toEqual(["bin(5m)", "count(*)"]);
    expect(byTime.rows).toEqual([
      { "bin(5m)": "2026-07-28 13:10:00.000", "count(*)": 1 },
      { "bin(5m)": "2026-07-28 13:05:00.000", "count(*)": 1 },
      { "bin(5m)": "2026-07-28 13:00:00.000", "count(*)": 2 },
    ]);
    expect(ask("filter level = 'warn' | stats count(*) as failures, max(status) by level").rows).toEqual([
      { level: "warn", failures: 2, "max(status)": 503 },
    ]);
    expect(ask("stats count(status), avg(status), min(status), sum(status)").rows).toEqual([
      { "count(status)": 3, "avg(status)": 401, "min(status)": 200, "sum(status)": 1203 },
    ]);
    expect(ask("stats count(*) by bin(10 min) | sort count(*) asc | limit 1").rows).toEqual([
      { "bin(10min)": "2026-07-28 13:10:00.000", "count(*)": 1 },
    ]);
  });

  it.each([
    ["parse @message '*' as one", "parse of the query parse @message '*' as one is not modelled"],
    ["stats pct(status, 99)", "pct of the query"],
    ["fields @message as text", "as of the query"],
    ["stats count(*) by bin(1mo)", "of the query"],
    ["stats count(*) | filter level = 'warn'", "filter of the query"],
    ["filter status > 1 + 2", "+ of the query"],
    ["filter @message like /(/", "of the query"],
    ["filter", "the end of the query filter is not modelled"],
  ])("refuses %s by name", (query, message) => expect(() => insightsQuery(query)).toThrow(message));
});
