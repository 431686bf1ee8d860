import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { action, refuseTargets } from "./actions.ts";
import { loadBalancer } from "./load-balancer.ts";
import type { ElbCall } from "./shared.ts";

export const listener: ResourceType<ElbCall> = {
  token: "aws:lb/listener:Listener",
  scope: "regional",
  inputs: tagged({
    loadBalancerArn: z.string(),
    port: z.number().int(),
    protocol: z.enum(["HTTP", "HTTPS"]).optional(),
    certificateArn: z.string().optional(),
    sslPolicy: z.string().startsWith("ELBSecurityPolicy-").optional(),
    defaultActions: z.array(action).min(1),
  }),
  computed: ["arn", "tagsAll"],
  replaces: ["loadBalancerArn"],
  create: (inputs, call) => {
    const balancer = call.store.get(loadBalancer.token, inputs.loadBalancerArn, call.region);
    if (!balancer)
      throw new Error(
        `creating ELBv2 Listener (${inputs.loadBalancerArn}): api error LoadBalancerNotFound: One or more load balancers not found`,
      );
    const siblings = call.store
      .list(listener.token, call.region)
      .filter((l) => l.inputs.loadBalancerArn === inputs.loadBalancerArn);
    // Quota: 50 listeners a load balancer.
    if (siblings.length >= 50)
      throw new Error(
        `creating ELBv2 Listener (${inputs.loadBalancerArn}): api error TooManyListeners: The maximum number of listeners has been reached`,
      );
    if (siblings.some((l) => l.inputs.port === inputs.port))
      throw new Error(
        `creating ELBv2 Listener (${inputs.loadBalancerArn}): api error DuplicateListener: A listener already exists on this port for this load balancer '${inputs.loadBalancerArn}'`,
      );
    refuseListener(inputs, call);
    const id = arn("elasticloadbalancing", call, `listener/${balancer.outputs.arnSuffix}/${hex(8)}`);
    return {
      id,
      outputs: {
        arn: id,
        protocol: inputs.protocol ?? (inputs.certificateArn ? "HTTPS" : "HTTP"),
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => {
    refuseListener(inputs, call);
    return tagsAll(inputs, call);
  },
};

function refuseListener(inputs: Properties, call: ElbCall): void {
  if (inputs.protocol === "HTTPS" && !inputs.certificateArn)
    throw new Error("api error ValidationError: A certificate must be specified for HTTPS listeners");
  if (inputs.certificateArn) refuseCertificate(inputs.certificateArn, call);
  refuseTargets(inputs.defaultActions, inputs.loadBalancerArn, call);
}

/** ELB takes issued certificates only, and says it in words that mislead. */
export function refuseCertificate(certificateArn: string, call: ElbCall): void {
  if (!call.store.get("aws:acm/certificate:Certificate", certificateArn, call.region))
    throw new Error(`api error CertificateNotFound: Certificate '${certificateArn}' not found`);
  if (call.acm.describe(certificateArn).status !== "ISSUED")
    throw new Error(
      `api error UnsupportedCertificate: The certificate '${certificateArn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    );
}
