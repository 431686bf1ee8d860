/**
 * The public side of a region: a load balancer that ends TLS, and the group of ingest containers behind it. A region has
 * one, and a further one where the certificates of its stores need it.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AccessLogs, accessLogPrefix } from "./access-logs.ts";
import type { Network } from "./network.ts";
import { platformPriority } from "./priorities.ts";

export interface LoadBalancerArgs {
  readonly network: Network;
  /** Where its access logs go. */
  readonly accessLogs: AccessLogs;
  /** The region's own domain, e.g. `au.orderhub.example`. */
  readonly domain: string;
  /** Hosted zone of that domain, where it leads to this load balancer; it leads to a region's first. */
  readonly platformZoneId?: pulumi.Input<string>;
  /** The domain's certificate, issued: what the listener shows to names that no other certificate is for. */
  readonly certificateArn: pulumi.Input<string>;
  /** Port on which the ingest containers listen. */
  readonly containerPort: number;
  readonly deletionProtection: boolean;
}

/** TLS 1.2 and 1.3 with forward secrecy. Source: ELB user guide, "Security policies for your ALB". */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
/** Seconds an ingest container that leaves has for the requests it still holds. */
export const drainSeconds = 30;

/** One load balancer with its listeners, target group and the rule of the platform. */
export class LoadBalancer extends pulumi.ComponentResource {
  /** As all that is one for each load balancer. */
  readonly name: string;
  readonly arn: pulumi.Output<string>;
  /** As CloudWatch names the load balancer: `app/NAME/ID`. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly listenerArn: pulumi.Output<string>;
  readonly targetGroupArn: pulumi.Output<string>;
  /** As CloudWatch names the target group: `targetgroup/NAME/ID`. */
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** Hosted zone of the load balancer itself, which an alias record names. */
  readonly dnsZoneId: pulumi.Output<string>;
  /** ECS refuses a target group that no listener forwards to: the ingest service waits for this. */
  readonly route: pulumi.Resource;
  /** What must exist before the region's domain leads to its containers. */
  readonly entry: pulumi.Resource[];

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:LoadBalancer", name, {}, opts);

    const balancer = createLoadBalancer(name, args, this);
    const targets = createTargetGroup(name, args, this);
    const listener = createHttpsListener(name, args, balancer, this);
    createRedirect(name, balancer, this);
    const rule = createHostRule(`${name}-platform`, [args.domain], platformPriority, listener.arn, targets.arn, this);
    const alias =
      args.platformZoneId === undefined
        ? []
        : [createAlias(`${name}-platform`, args.domain, args.platformZoneId, balancer, this)];

    this.name = name;
    this.arn = balancer.arn;
    this.arnSuffix = balancer.arnSuffix;
    this.listenerArn = listener.arn;
    this.targetGroupArn = targets.arn;
    this.targetGroupArnSuffix = targets.arnSuffix;
    this.dnsName = balancer.dnsName;
    this.dnsZoneId = balancer.zoneId;
    this.route = rule;
    this.entry = [listener, rule, ...alias];
    this.registerOutputs({ dnsName: this.dnsName });
  }
}

/** What a region's load balancer is called, and all that is one for each of them: the first as the region itself. */
export function loadBalancerName(region: string, number: number): string {
  return number === 1 ? region : `${region}-lb${number}`;
}

/** Auto-named; at most 32 characters with Pulumi's suffix, so the logical name must stay within 24. */
function createLoadBalancer(name: string, args: LoadBalancerArgs, parent: LoadBalancer): aws.lb.LoadBalancer {
  return new aws.lb.LoadBalancer(
    `${name}-front`,
    {
      loadBalancerType: "application",
      internal: false,
      subnets: args.network.publicSubnetIds,
      securityGroups: [args.network.loadBalancerGroupId],
      idleTimeout: 60,
      dropInvalidHeaderFields: true,
      accessLogs: { enabled: true, bucket: args.accessLogs.bucket, prefix: accessLogPrefix },
      enableDeletionProtection: args.deletionProtection,
    },
    { parent, dependsOn: args.network.paths },
  );
}

/** TLS to the containers too. Checked every 5 s: a dead container is out of the rotation after two checks. */
function createTargetGroup(name: string, args: LoadBalancerArgs, parent: LoadBalancer): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(
    `${name}-ingest`,
    {
      vpcId: args.network.vpcId,
      targetType: "ip",
      protocol: "HTTPS",
      port: args.containerPort,
      deregistrationDelay: drainSeconds,
      healthCheck: {
        protocol: "HTTPS",
        path: "/health",
        matcher: "200",
        interval: 5,
        timeout: 3,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    },
    { parent },
  );
}

/** A host name that no rule is for gets 404, not some store's orders page. */
function createHttpsListener(
  name: string,
  args: LoadBalancerArgs,
  balancer: aws.lb.LoadBalancer,
  parent: LoadBalancer,
): aws.lb.Listener {
  return new aws.lb.Listener(
    `${name}-https`,
    {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn: args.certificateArn,
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", messageBody: "No such store", statusCode: "404" },
        },
      ],
    },
    { parent },
  );
}

function createRedirect(name: string, balancer: aws.lb.LoadBalancer, parent: LoadBalancer): aws.lb.Listener {
  return new aws.lb.Listener(
    `${name}-http`,
    {
      loadBalancerArn: balancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
    },
    { parent },
  );
}

/** Sends the requests for host names, 5 at most, to the ingest containers. */
export function createHostRule(
  name: string,
  hostnames: string[],
  priority: number,
  listenerArn: pulumi.Input<string>,
  targetGroupArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.lb.ListenerRule {
  return new aws.lb.ListenerRule(
    name,
    {
      listenerArn,
      priority,
      conditions: [{ hostHeader: { values: hostnames } }],
      actions: [{ type: "forward", targetGroupArn }],
    },
    { parent },
  );
}

/** Points a host name at the load balancer. One record alone: there is nowhere else to send on its ill health. */
export function createAlias(
  name: string,
  hostname: string,
  zoneId: pulumi.Input<string>,
  balancer: { dnsName: pulumi.Input<string>; zoneId: pulumi.Input<string> },
  parent: pulumi.Resource,
): aws.route53.Record {
  return new aws.route53.Record(
    name,
    {
      zoneId,
      name: hostname,
      type: "A",
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }],
    },
    { parent },
  );
}
