import { z } from "zod";
import { type ResourceType, regional } from "../../pulumi/define.ts";
import { listener, refuseCertificate } from "./listener.ts";
import type { ElbCall } from "./shared.ts";

export const listenerCertificate: ResourceType<ElbCall> = {
  token: "aws:lb/listenerCertificate:ListenerCertificate",
  scope: "regional",
  inputs: regional({ listenerArn: z.string(), certificateArn: z.string() }),
  computed: [],
  replaces: ["listenerArn", "certificateArn"],
  create: (inputs, call) => {
    const parent = call.store.get(listener.token, inputs.listenerArn, call.region);
    if (!parent)
      throw new Error("adding ELBv2 Listener Certificate: api error ListenerNotFound: One or more listeners not found");
    refuseCertificate(inputs.certificateArn, call);
    // Quota: 25 certificates for each load balancer, not counting default certificates.
    const listeners = call.store
      .list(listener.token, call.region)
      .filter((l) => l.inputs.loadBalancerArn === parent.inputs.loadBalancerArn)
      .map((l) => l.id);
    const attached = call.store
      .list(listenerCertificate.token, call.region)
      .filter((c) => listeners.includes(c.inputs.listenerArn));
    if (new Set([...attached.map((c) => c.inputs.certificateArn), inputs.certificateArn]).size > 25)
      throw new Error(
        "adding ELBv2 Listener Certificate: api error TooManyCertificates: The maximum number of certificates per load balancer has been reached",
      );
    // The certificates of a listener are a set: adding one twice is one (AddListenerCertificates).
    return { id: `${inputs.listenerArn}_${inputs.certificateArn}`, outputs: {} };
  },
};
