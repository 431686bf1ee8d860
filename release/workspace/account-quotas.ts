import { GetServiceQuotaCommand, NoSuchResourceException, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { clientSettings } from "./aws.ts";
import type { WorkspaceLocation } from "./stack.ts";
import type { AccountQuotas } from "./workspace.ts";

/**
 * Quotas as Service Quotas has them for the account of the location's credentials. It has a value of its own for some quotas
 * alone (Service Quotas API reference, GetServiceQuota).
 */
export function serviceQuotas(location: Pick<WorkspaceLocation, "environment">): AccountQuotas {
  return {
    async allowed({ account, region }, service, code) {
      const client = new ServiceQuotasClient(clientSettings(location, region, "SERVICE_QUOTAS"));
      try {
        const { Quota } = await client.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }));
        // The answer is about the account of the credentials, which the quota's ARN names.
        const [, , , , asked = account] = Quota?.QuotaArn?.split(":") ?? [];
        if (asked !== account) return { unread: `the credentials are those of account ${asked}` };
        return Quota?.Value === undefined ? {} : { value: Quota.Value };
      } catch (error) {
        if (error instanceof NoSuchResourceException) return {};
        return { unread: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
      } finally {
        client.destroy();
      }
    },
  };
}
