/** Every rule of the pack: those that each file exports. */
import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import * as alarms from "./fargate/alarms.ts";
import * as authority from "./fargate/authority.ts";
import * as buckets from "./fargate/buckets.ts";
import * as fargateCertificates from "./fargate/certificates.ts";
import * as fargateContainers from "./fargate/containers.ts";
import * as endpoints from "./fargate/endpoints.ts";
import * as events from "./fargate/events.ts";
import * as fargateFirewall from "./fargate/firewall.ts";
import * as flowLogs from "./fargate/flow-logs.ts";
import * as fargateIam from "./fargate/iam.ts";
import * as fargateImages from "./fargate/images.ts";
import * as listeners from "./fargate/listeners.ts";
import * as fargateNetwork from "./fargate/network.ts";
import * as options from "./fargate/options.ts";
import * as queues from "./fargate/queues.ts";
import * as fargateQuotas from "./fargate/quotas.ts";
import * as services from "./fargate/services.ts";
import * as state from "./fargate/state.ts";
import * as subnets from "./fargate/subnets.ts";
import * as authentication from "./order-queue/authentication.ts";
import * as budgets from "./order-queue/budgets.ts";
import * as ownCertificates from "./order-queue/certificates.ts";
import * as ownContainers from "./order-queue/containers.ts";
import * as documents from "./order-queue/documents.ts";
import * as ownFirewall from "./order-queue/firewall.ts";
import * as ownIam from "./order-queue/iam.ts";
import * as ownImages from "./order-queue/images.ts";
import * as metrics from "./order-queue/metrics.ts";
import * as ownNetwork from "./order-queue/network.ts";
import * as patterns from "./order-queue/patterns.ts";
import * as ownQuotas from "./order-queue/quotas.ts";
import * as secrets from "./order-queue/secrets.ts";
import * as serviceContainers from "./order-queue/service-containers.ts";
import * as serving from "./order-queue/serving.ts";
import * as sizes from "./order-queue/sizes.ts";
import * as watched from "./order-queue/watched.ts";

type Rule = ResourceValidationPolicy | StackValidationPolicy;

/** The rules that a file exports, beside its functions. */
function rulesIn(module: object): Rule[] {
  return Object.values(module).filter((one): one is Rule => typeof one === "object" && "enforcementLevel" in one);
}

export const rules: Policies = [
  // true of any Fargate stack
  ...[
    alarms,
    authority,
    buckets,
    fargateCertificates,
    fargateContainers,
    endpoints,
    events,
    fargateFirewall,
    flowLogs,
    fargateIam,
    fargateImages,
    listeners,
    fargateNetwork,
    options,
    queues,
    fargateQuotas,
    services,
    state,
    subnets,
  ],
  // constants of this program
  ...[
    authentication,
    budgets,
    ownCertificates,
    ownContainers,
    documents,
    ownFirewall,
    ownIam,
    ownImages,
    metrics,
    ownNetwork,
    patterns,
    ownQuotas,
    secrets,
    serviceContainers,
    serving,
    sizes,
    watched,
  ],
].flatMap(rulesIn);
