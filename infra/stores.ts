/**
 * All that one web store has in a region, and nothing that another one shares: a bad certificate is bad for this store
 * alone, and adding a store changes no other.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "./certificate-plan.ts";
import { Certificate, type DomainKind, labelOf } from "./certificates.ts";
import { createAlias, createHostRule, type LoadBalancer } from "./load-balancer.ts";
import type { Published } from "./published.ts";
import type { RunningStore } from "./task-definition.ts";

/** A store, by whose its domain is, and where it has its place. */
export interface PlacedStore extends RunningStore, Placement {
  readonly kind: DomainKind;
}

export interface StoreArgs {
  readonly store: PlacedStore;
  /** Hosted zone of the platform's domain. */
  readonly zoneId: pulumi.Input<string>;
  /** The one that the store's place names. */
  readonly loadBalancer: LoadBalancer;
  /** Where notifications about the store's certificate are sent. */
  readonly alarmTopicArn: pulumi.Input<string>;
}

/** A store's certificate, listener rule and DNS records. */
export class Store extends pulumi.ComponentResource {
  /** What DNS has to say for it. */
  readonly published: Published;

  constructor(name: string, args: StoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const { store, zoneId, loadBalancer, alarmTopicArn } = args;
    const { kind, hostname, aliases } = store;
    super("order-queue:infra:Store", name, { kind, store: store.name, hostname }, opts);

    const certificate = new Certificate(name, { kind, hostname, aliases, zoneId, alarmTopicArn }, { parent: this });
    if (kind !== "pending") createRoute(name, store, loadBalancer, certificate.arn, this);
    if (kind === "platform") createAliases(name, store, zoneId, loadBalancer, this);
    this.published = { kind, hostnames: namesOf(store), certificate, loadBalancer };
    this.registerOutputs({ kind, hostname });
  }
}

/** The names that a store answers to. */
function namesOf({ hostname, aliases }: RunningStore): string[] {
  return [hostname, ...aliases];
}

function createRoute(
  name: string,
  store: PlacedStore,
  { listenerArn, targetGroupArn }: LoadBalancer,
  certificateArn: pulumi.Input<string>,
  parent: Store,
): void {
  new aws.lb.ListenerCertificate(name, { listenerArn, certificateArn }, { parent });
  createHostRule(name, namesOf(store), store.priority, listenerArn, targetGroupArn, parent);
}

function createAliases(
  name: string,
  { hostname, aliases }: PlacedStore,
  zoneId: pulumi.Input<string>,
  { dnsName, dnsZoneId }: LoadBalancer,
  parent: Store,
): void {
  const balancer = { dnsName, zoneId: dnsZoneId };
  // Named after the host: see certificates.ts, publishRecords.
  createAlias(`${name}-${hostname}`, hostname, zoneId, balancer, parent);
  for (const alias of aliases) createAlias(`${name}-also-${labelOf(alias)}`, alias, zoneId, balancer, parent);
}
