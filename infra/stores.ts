/**
 * All that one web store has in a region, and nothing that another one shares: a bad certificate is bad for this store
 * alone, and adding a store changes no other.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Certificate } from "./certificates.ts";
import { createAlias, createHostRule, type LoadBalancer } from "./loadBalancer.ts";
import { storePriority } from "./priorities.ts";

/** By what a store's host name is: `platform` is a name directly under the region's own domain. */
export type StoreKind = "platform";

export interface StoreArgs {
  readonly kind: StoreKind;
  /** The store's name, as orders name it; unique within the region. */
  readonly store: string;
  readonly hostname: string;
  /** Hosted zone in which the host name lies. */
  readonly zoneId: pulumi.Input<string>;
  readonly loadBalancer: LoadBalancer;
  /** Who is told of trouble with the store's certificate. */
  readonly alarmTopicArn: pulumi.Input<string>;
}

export class Store extends pulumi.ComponentResource {
  constructor(name: string, args: StoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Store", name, { kind: args.kind, store: args.store, hostname: args.hostname }, opts);
    const { hostname, zoneId, loadBalancer, alarmTopicArn } = args;
    const { listenerArn, targetGroupArn, dnsName, dnsZoneId } = loadBalancer;

    const certificate = new Certificate(name, { hostname, zoneId, alarmTopicArn }, { parent: this });
    attachCertificate(name, listenerArn, certificate, this);
    createHostRule(name, hostname, storePriority(args.store), listenerArn, targetGroupArn, this);
    createAlias(name, hostname, zoneId, { dnsName, zoneId: dnsZoneId }, this);
    this.registerOutputs();
  }
}

function attachCertificate(
  name: string,
  listenerArn: pulumi.Input<string>,
  certificate: Certificate,
  parent: Store,
): aws.lb.ListenerCertificate {
  return new aws.lb.ListenerCertificate(name, { listenerArn, certificateArn: certificate.arn }, { parent });
}
