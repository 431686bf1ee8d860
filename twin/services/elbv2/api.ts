/**
 * Elastic Load Balancing v2, to read. Not modelled: attributes, tags, conditions beyond host and path; CreatedTime is
 * left out, as the twin does not keep it.
 * Sources: ELBv2 API reference, also for the errors' words and the sizes of pages.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { query } from "../../api/protocols/query.ts";
import { type ApiCall, action, page, type Service, texts, whole } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties, Resource } from "../../core/store.ts";
import { describeLoadBalancerAttributes, describeTags, describeTargetGroupAttributes } from "./api-settings.ts";
import type { Targets } from "./targets.ts";

export type ElbApiCall = ApiCall & {
  targets: Targets;
  /** Says which address a task has. */
  ecs: { tasks(): { id: string; eni?: { address?: string } }[] };
};

const types = {
  balancer: "aws:lb/loadBalancer:LoadBalancer",
  group: "aws:lb/targetGroup:TargetGroup",
  listener: "aws:lb/listener:Listener",
  rule: "aws:lb/listenerRule:ListenerRule",
  certificate: "aws:lb/listenerCertificate:ListenerCertificate",
};

const paged = { Marker: z.string().optional(), PageSize: whole(1, 400).default(400) };

const outputsOf = (type: string, { store, region }: ApiCall): Properties[] =>
  store.list(type, region).map(({ outputs }: Resource) => outputs);

/** Those that are named, all when none is; each that is named must be there. */
function chosen(all: Properties[], property: string, named: string[] | undefined, code: string, message: string) {
  if (named?.some((name) => !all.some((one) => one[property] === name))) throw new AwsError(code, message);
  return named ? all.filter((one) => named.includes(one[property])) : all;
}

const missingBalancer = ["LoadBalancerNotFound", "One or more load balancers not found"] as const;
const missingGroup = ["TargetGroupNotFound", "One or more target groups not found"] as const;
const missingListener = ["ListenerNotFound", "One or more listeners not found"] as const;

const describeLoadBalancers = action(
  { ...paged, LoadBalancerArns: texts.max(20).optional(), Names: texts.max(20).optional() },
  ({ LoadBalancerArns, Names, Marker, PageSize }, call) => {
    const byArn = chosen(outputsOf(types.balancer, call), "arn", LoadBalancerArns, ...missingBalancer);
    const { items, next } = page(chosen(byArn, "name", Names, ...missingBalancer), PageSize, Marker);
    return { LoadBalancers: items.map((balancer) => balancerShape(balancer, call)), NextMarker: next };
  },
);

function balancerShape(balancer: Properties, { store, region }: ApiCall): Properties {
  const subnets: string[] = balancer.subnets ?? [];
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: balancer.zoneId,
    LoadBalancerName: balancer.name,
    Scheme: balancer.internal ? "internal" : "internet-facing",
    VpcId: balancer.vpcId,
    State: { Code: "active" },
    Type: "application",
    AvailabilityZones: subnets.map((id) => ({
      SubnetId: id,
      ZoneName: store.get("aws:ec2/subnet:Subnet", id, region)?.outputs.availabilityZone,
    })),
    SecurityGroups: balancer.securityGroups ?? [],
    IpAddressType: "ipv4",
  };
}

const describeTargetGroups = action(
  {
    ...paged,
    TargetGroupArns: texts.optional(),
    Names: texts.optional(),
    LoadBalancerArn: z.string().optional(),
  },
  ({ TargetGroupArns, Names, LoadBalancerArn, Marker, PageSize }, call) => {
    const balancers = outputsOf(types.balancer, call);
    if (LoadBalancerArn) chosen(balancers, "arn", [LoadBalancerArn], ...missingBalancer);
    const byArn = chosen(outputsOf(types.group, call), "arn", TargetGroupArns, ...missingGroup);
    const shapes = chosen(byArn, "name", Names, ...missingGroup)
      .map((group) => groupShape(group, call))
      .filter((group) => !LoadBalancerArn || group.LoadBalancerArns.includes(LoadBalancerArn));
    const { items, next } = page(shapes, PageSize, Marker);
    return { TargetGroups: items, NextMarker: next };
  },
);

function groupShape(group: Properties, call: ApiCall): Properties {
  const check: Properties = group.healthCheck ?? {};
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: group.targetType,
    HealthCheckProtocol: check.protocol ?? group.protocol,
    HealthCheckPort: check.port ?? "traffic-port",
    HealthCheckEnabled: true,
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: { HttpCode: check.matcher ?? "200" },
    LoadBalancerArns: forwarders(group.arn, call),
  };
}

/** ARNs of the load balancers whose listeners or rules forward to a target group. */
function forwarders(groupArn: string, call: ApiCall): string[] {
  const forwards = (actions: Properties[] = []) => actions.some(({ targetGroupArn }) => targetGroupArn === groupArn);
  const ruled = outputsOf(types.rule, call)
    .filter(({ actions }) => forwards(actions))
    .map(({ listenerArn }) => listenerArn);
  const listeners = outputsOf(types.listener, call).filter(
    ({ arn, defaultActions }) => forwards(defaultActions) || ruled.includes(arn),
  );
  return [...new Set(listeners.map(({ loadBalancerArn }) => loadBalancerArn as string))];
}

const describeTargetHealth = action({ TargetGroupArn: z.string() }, ({ TargetGroupArn }, call: ElbApiCall) => {
  chosen(outputsOf(types.group, call), "arn", [TargetGroupArn], ...missingGroup);
  const tasks = call.ecs.tasks();
  return {
    TargetHealthDescriptions: call.targets.of(TargetGroupArn).map(({ inside, state, reason }) => {
      const [Reason, Description] = reason === "" ? [] : reason.split(/: (.*)/s);
      return {
        Target: { Id: tasks.find(({ id }) => id === inside.taskId)?.eni?.address, Port: inside.port },
        HealthCheckPort: String(inside.port),
        TargetHealth: { State: state, Reason, Description },
      };
    }),
  };
});

const describeListeners = action(
  { ...paged, LoadBalancerArn: z.string().optional(), ListenerArns: texts.optional() },
  ({ LoadBalancerArn, ListenerArns, Marker, PageSize }, call) => {
    if (LoadBalancerArn) chosen(outputsOf(types.balancer, call), "arn", [LoadBalancerArn], ...missingBalancer);
    const found = chosen(outputsOf(types.listener, call), "arn", ListenerArns, ...missingListener).filter(
      (listener) => !LoadBalancerArn || listener.loadBalancerArn === LoadBalancerArn,
    );
    const { items, next } = page(found, PageSize, Marker);
    return {
      Listeners: items.map((listener) => ({
        ListenerArn: listener.arn,
        LoadBalancerArn: listener.loadBalancerArn,
        Port: listener.port,
        Protocol: listener.protocol,
        Certificates: listener.certificateArn ? [{ CertificateArn: listener.certificateArn }] : undefined,
        SslPolicy: listener.sslPolicy,
        DefaultActions: listener.defaultActions?.map(actionShape),
      })),
      NextMarker: next,
    };
  },
);

const describeListenerCertificates = action(
  { ...paged, ListenerArn: z.string() },
  ({ ListenerArn, Marker, PageSize }, call) => {
    const [listener] = chosen(outputsOf(types.listener, call), "arn", [ListenerArn], ...missingListener);
    const beside = outputsOf(types.certificate, call)
      .filter(({ listenerArn }) => listenerArn === ListenerArn)
      .map(({ certificateArn }) => ({ CertificateArn: certificateArn, IsDefault: false }));
    const own = listener?.certificateArn ? [{ CertificateArn: listener.certificateArn, IsDefault: true }] : [];
    const { items, next } = page([...own, ...beside], PageSize, Marker);
    return { Certificates: items, NextMarker: next };
  },
);

const describeRules = action(
  { ...paged, ListenerArn: z.string().optional(), RuleArns: texts.optional() },
  ({ ListenerArn, RuleArns, Marker, PageSize }, call) => {
    if ((ListenerArn === undefined) === (RuleArns === undefined))
      throw new AwsError("ValidationError", "You must specify either listener ARN or rule ARNs");
    const listeners = outputsOf(types.listener, call);
    if (ListenerArn) chosen(listeners, "arn", [ListenerArn], ...missingListener);
    const rules = [
      ...outputsOf(types.rule, call).sort((a, b) => a.priority - b.priority),
      ...listeners.map((listener) => ({ ...defaultRule(listener), listenerArn: listener.arn })),
    ];
    const here = rules.filter(({ listenerArn }) => !ListenerArn || listenerArn === ListenerArn);
    const found = chosen(here, "arn", RuleArns, "RuleNotFound", "One or more rules not found");
    const { items, next } = page(found, PageSize, Marker);
    return { Rules: items.map(ruleShape), NextMarker: next };
  },
);

/** Every listener's last rule; its id is made from the listener's, so that it stays the same. */
function defaultRule({ arn, defaultActions }: Properties): Properties {
  const id = createHash("sha256").update(arn).digest("hex").slice(0, 16);
  const rule = `${arn.replace(":listener/", ":listener-rule/")}/${id}`;
  return { arn: rule, priority: "default", conditions: [], actions: defaultActions ?? [] };
}

const ruleShape = ({ arn, priority, conditions, actions }: Properties): Properties => ({
  RuleArn: arn,
  Priority: String(priority),
  IsDefault: priority === "default",
  Conditions: conditions.map(({ hostHeader, pathPattern }: Properties) =>
    hostHeader
      ? { Field: "host-header", Values: hostHeader.values, HostHeaderConfig: { Values: hostHeader.values } }
      : { Field: "path-pattern", Values: pathPattern.values, PathPatternConfig: { Values: pathPattern.values } },
  ),
  Actions: actions.map(actionShape),
});

function actionShape({ type, order, targetGroupArn, redirect, fixedResponse }: Properties): Properties {
  return {
    Type: type,
    Order: order,
    TargetGroupArn: targetGroupArn,
    RedirectConfig: redirect && {
      ...{ Protocol: redirect.protocol, Port: redirect.port, Host: redirect.host },
      ...{ Path: redirect.path, Query: redirect.query, StatusCode: redirect.statusCode },
    },
    FixedResponseConfig: fixedResponse && {
      ContentType: fixedResponse.contentType,
      MessageBody: fixedResponse.messageBody,
      StatusCode: fixedResponse.statusCode,
    },
  };
}

export const elbv2: Service<ElbApiCall> = {
  name: "elasticloadbalancing",
  protocols: [query],
  namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  version: "2015-12-01",
  invalid: "ValidationError",
  actions: {
    DescribeListenerCertificates: describeListenerCertificates,
    DescribeListeners: describeListeners,
    DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
    DescribeLoadBalancers: describeLoadBalancers,
    DescribeRules: describeRules,
    DescribeTags: describeTags,
    DescribeTargetGroupAttributes: describeTargetGroupAttributes,
    DescribeTargetGroups: describeTargetGroups,
    DescribeTargetHealth: describeTargetHealth,
  },
};
