import { embedded } from "../../../../../service/metrics.ts";
import type { View } from "../../../../../twin/core/view.ts";
import { embeddedIn } from "../../../../../twin/services/logs/embedded.ts";
import { LogMetrics } from "../../../../../twin/services/logs/metric-filters.ts";

const line = (more: object = {}) =>
  JSON.stringify({
    ...embedded(
      1_000,
      { Domain: "eu.orderhub.example", Store: "acme" },
      { OrderAge: { unit: "Seconds", value: [1, 2.5] } },
    ),
    ...more,
  });

test("every value counts in every set of dimensions", () => {
  const [all, own] = [{ Domain: "eu.orderhub.example" }, { Domain: "eu.orderhub.example", Store: "acme" }];
  const metric = { namespace: "OrderQueue", name: "OrderAge" };
  expect(embeddedIn(line())).toEqual([
    { ...metric, dimensions: all, value: 1 },
    { ...metric, dimensions: all, value: 2.5 },
    { ...metric, dimensions: own, value: 1 },
    { ...metric, dimensions: own, value: 2.5 },
  ]);
});

test.each([
  ["no JSON", '{"_aws": '],
  ["another document", JSON.stringify({ _aws: { Timestamp: 1 } })],
  ["a plain line", JSON.stringify({ msg: "order delivered" })],
  ["a dimension that is no text", line({ Store: 7 })],
  ["a metric that is no number", line({ OrderAge: "1" })],
  ["more values than a line may have", line({ OrderAge: new Array(101).fill(1) })],
])("nothing is read of %s", (_what, text) => {
  expect(embeddedIn(text)).toEqual([]);
});

test("a line of a container's log is a metric of its region, without any metric filter", () => {
  const logs = new LogMetrics({ list: () => [] } as unknown as View);
  logs.line("eu-west-1", "prod-eu-dispatch-1", line());
  const metric = { region: "eu-west-1", namespace: "OrderQueue", name: "OrderAge" };
  const dimensions = { Domain: "eu.orderhub.example" };
  expect(logs.take().slice(0, 2)).toEqual([1, 2.5].map((value) => ({ metric: { ...metric, dimensions }, value })));
  expect(logs.take()).toEqual([]);
});
