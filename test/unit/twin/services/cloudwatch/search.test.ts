import { labelOf, searchOf } from "../../../../../twin/services/cloudwatch/search.ts";

const metric = (name: string, dimensions: Record<string, string>, namespace = "OrderQueue") => ({
  ...{ region: "eu-west-1", namespace, name, dimensions },
});

it("finds the metrics of a schema whose terms hold, and says how to read them", () => {
  const { matches, stat, period } = searchOf(
    `SEARCH('{OrderQueue,Domain,Store} MetricName="Age" Domain="au"', 'Maximum', 60)`,
  );
  expect([stat, period]).toEqual(["Maximum", 60]);
  expect(matches(metric("Age", { Store: "acme", Domain: "au" }))).toBe(true);
  expect(matches(metric("Age", { Store: "acme", Domain: "eu" }))).toBe(false);
  expect(matches(metric("Age", { Domain: "au" }))).toBe(false);
  expect(matches(metric("Count", { Store: "acme", Domain: "au" }))).toBe(false);
  expect(matches(metric("Age", { Store: "acme", Domain: "au" }, "Other"))).toBe(false);
  expect(labelOf(metric("Age", { Domain: "au", Store: "acme" }))).toBe("au acme Age");
});

it.each(["SEARCH('{OrderQueue} Age', 'Maximum', 60)", "SEARCH('OrderQueue', 'Maximum')"])("%s is refused", (text) => {
  expect(() => searchOf(text)).toThrow(text);
});
