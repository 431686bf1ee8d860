import type { ResourceCall } from "../../../../../twin/pulumi/define.ts";
import { check, diff } from "../../../../../twin/pulumi/plan.ts";
import { UNKNOWN } from "../../../../../twin/pulumi/values.ts";
import { dashboard } from "../../../../../twin/services/cloudwatch/resources.ts";

const call = { region: "eu-west-1", account: "123456789012", name: "page" } as ResourceCall;
const body = (...widgets: object[]) => JSON.stringify({ widgets });
const problems = (inputs: object) => check(dashboard, inputs, {}, new Uint8Array([1]), call).problems;

describe("a dashboard", () => {
  it("is planned with its name and JSON, or with JSON that is not known yet", () => {
    expect(problems({ dashboardName: "page", dashboardBody: body() })).toEqual([]);
    expect(problems({ dashboardName: "page", dashboardBody: UNKNOWN })).toEqual([]);
    expect(problems({ dashboardName: "page", dashboardBody: "{" })).toEqual([
      { property: "dashboardBody", reason: expect.stringContaining("expected JSON") },
    ]);
  });

  it("belongs to the account, whatever its region", async () => {
    const created = await dashboard.create({ dashboardName: "page", dashboardBody: body() }, call);
    expect(created).toEqual({
      id: "page",
      outputs: { dashboardArn: "arn:aws:cloudwatch::123456789012:dashboard/page" },
    });
  });

  it("changes with what its body says, not with how it is written, and is replaced with its name", () => {
    const before = { dashboardName: "page", dashboardBody: '{"widgets":[]}' };
    expect(diff(dashboard, before, { ...before, dashboardBody: '{ "widgets": [] }' }).changed).toEqual([]);
    expect(diff(dashboard, before, { ...before, dashboardName: "other" }).replaces).toEqual(["dashboardName"]);
  });

  it.each<[object, string]>([
    [{ type: "graph", properties: {} }, "/widgets/0/type: expected one of alarm, explorer, log, metric, text, custom"],
    [{ type: "metric" }, "/widgets/0/properties: is missing"],
    [{ type: "metric", properties: { metrics: [] } }, "/widgets/0/properties/region: is missing"],
    [{ type: "metric", properties: { region: "eu-west-1" } }, "/widgets/0/properties/metrics: is missing"],
    [{ type: "alarm", properties: {} }, "/widgets/0/properties/alarms: expected at most 100 ARNs"],
  ])("is refused with %j", (widget, problem) => {
    expect(() => dashboard.create({ dashboardName: "page", dashboardBody: body(widget) }, call)).toThrow(
      `putting CloudWatch Dashboard (page): api error InvalidParameterInput: The dashboard body is invalid, there are 1 validation errors: ${problem}`,
    );
  });
});
