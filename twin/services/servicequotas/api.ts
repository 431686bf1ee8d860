/**
 * Service Quotas, to read one: the account has AWS's default of what the twin itself counts. For every other quota it answers as AWS
 * does where "only the default values are available". Source: Service Quotas API reference, GetServiceQuota.
 */
import { z } from "zod";
import { json11 } from "../../api/protocols/json.ts";
import { action, type Service } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";

/** By service and code. Source: Amazon VPC user guide, "Amazon VPC quotas", Elastic IP addresses. */
const kept: Readonly<Record<string, object>> = {
  "ec2 L-0263D0A3": {
    ServiceName: "Amazon Elastic Compute Cloud (Amazon EC2)",
    QuotaName: "EC2-VPC Elastic IPs",
    Value: 5,
  },
};

const getServiceQuota = action(
  {
    ServiceCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,63}$/),
    QuotaCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,128}$/),
  },
  ({ ServiceCode, QuotaCode }, { region, account }) => {
    const quota = kept[`${ServiceCode} ${QuotaCode}`];
    if (!quota) throw new AwsError("NoSuchResourceException", "The specified resource does not exist.");
    const QuotaArn = `arn:aws:servicequotas:${region}:${account}:${ServiceCode}/${QuotaCode}`;
    return {
      Quota: { ...quota, ServiceCode, QuotaCode, QuotaArn, Unit: "None", Adjustable: true, GlobalQuota: false },
    };
  },
);

export const servicequotas: Service = {
  name: "servicequotas",
  protocols: [json11],
  namespace: "",
  target: "ServiceQuotasV20190624",
  invalid: "IllegalArgumentException",
  actions: { GetServiceQuota: getServiceQuota },
};
