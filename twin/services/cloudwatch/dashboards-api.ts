/** ListDashboards and GetDashboard. */
import { z } from "zod";
import { type ApiCall, action, page } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";

/** Dashboards belong to the account: those of all regions. */
const dashboards = ({ store }: ApiCall): Properties[] =>
  store
    .list("aws:cloudwatch/dashboard:Dashboard")
    .map(({ outputs }) => outputs)
    .sort((a, b) => (a.dashboardName < b.dashboardName ? -1 : 1));

export const listDashboards = action(
  { DashboardNamePrefix: z.string().default(""), NextToken: z.string().optional() },
  ({ DashboardNamePrefix, NextToken }, call) => {
    const found = dashboards(call).filter(({ dashboardName }) => dashboardName.startsWith(DashboardNamePrefix));
    const { items, next } = page(found, 1000, NextToken);
    return {
      DashboardEntries: items.map(({ dashboardName, dashboardArn, dashboardBody }) => ({
        ...{ DashboardName: dashboardName, DashboardArn: dashboardArn, Size: Buffer.byteLength(dashboardBody) },
      })),
      NextToken: next,
    };
  },
);

export const getDashboard = action({ DashboardName: z.string() }, ({ DashboardName }, call) => {
  const found = dashboards(call).find(({ dashboardName }) => dashboardName === DashboardName);
  if (!found) throw new AwsError("ResourceNotFound", `Dashboard ${DashboardName} does not exist`, 404);
  return { DashboardName, DashboardArn: found.dashboardArn, DashboardBody: found.dashboardBody };
});
