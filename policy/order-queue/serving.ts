/** How requests reach containers: ports, health checks, records, and the provider that makes it all. */
import type { PolicyResource, ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { containersOf } from "../fargate/definitions.ts";
import { defaultRoutes, groupsOf, rulesOf } from "../fargate/network.ts";
import { ifResolved, resourceRule, stackRule } from "../rule.ts";
import { intersects, type StackResource } from "../stack.ts";
import { roleOf } from "./definitions.ts";

export const listenerHasItsPort = resourceRule({
  name: "listener-has-its-port",
  description: "HTTPS is on port 443, HTTP on 80, and each has one default action: AWS refuses two that end a request.",
  on: "aws:lb/listener:Listener",
  check: ({ protocol, port, defaultActions = [] }, report) => {
    if (protocol !== "HTTPS" && protocol !== "HTTP") report(`protocol is ${protocol ?? "not set"}. Fix: HTTPS or HTTP`);
    const expected = protocol === "HTTPS" ? 443 : 80;
    if (port !== expected) report(`${protocol} is on port ${port}. Fix: set ${expected}`);
    if (defaultActions.length !== 1) report(`has ${defaultActions.length} default actions. Fix: set one`);
    for (const { type, fixedResponse, redirect } of defaultActions) {
      if (protocol === "HTTPS" && (type !== "fixed-response" || fixedResponse?.statusCode !== "404"))
        report("answers a host that no rule is for. Fix: set a fixed response with status 404");
      if (
        redirect &&
        (redirect.port !== "443" ||
          redirect.statusCode !== "HTTP_301" ||
          redirect.host ||
          redirect.path ||
          redirect.query)
      )
        report("redirects elsewhere than to port 443 for ever. Fix: set port 443 and HTTP_301");
    }
  },
});

/** Seconds from a container's failure until it gets no more requests, and from its stop until its last request ends. */
const [slowestCheck, longestDrain] = [30, 120];

export const targetHealthIsQuick = resourceRule({
  name: "target-group-health-is-quick",
  description: "A failed container gets no request after 30 s, by the service's own health check.",
  on: "aws:lb/targetGroup:TargetGroup",
  check: (
    {
      healthCheck: { path, matcher, interval = 30, timeout = 5, healthyThreshold = 3, unhealthyThreshold = 3 } = {},
      ...group
    },
    report,
  ) => {
    if (path !== "/health" || matcher !== "200")
      report(`checks ${path} for ${matcher}. Fix: path /health, matcher 200 (service/ingest.ts)`);
    for (const threshold of [healthyThreshold, unhealthyThreshold])
      if (interval * threshold > slowestCheck)
        report(`decides after ${interval} s × ${threshold}. Fix: ${slowestCheck} s at the most`);
    if (timeout >= interval) report(`waits ${timeout} s every ${interval} s. Fix: a timeout below the interval`);
    const { deregistrationDelay = 300, port, targetType } = group;
    if (Number(deregistrationDelay) > longestDrain)
      report(`drains for ${deregistrationDelay} s. Fix: ${longestDrain} s at the most`);
    if (targetType !== "ip") report(`has targets of type ${targetType}. Fix: ip, which Fargate needs`);
    if (port === undefined) report("has no port");
  },
});

/** SQS API reference, SetQueueAttributes, RedrivePolicy. */
const mostReceives = 1000;

export const receivesAreWithinSqs = resourceRule({
  name: "queue-receives-are-within-sqs",
  description: "A message is received at most 1,000 times: SQS refuses more.",
  on: "aws:sqs/queue:Queue",
  check: ({ redrivePolicy }, report) => {
    const { maxReceiveCount = 0 } = JSON.parse(String(redrivePolicy ?? "{}"));
    if (maxReceiveCount > mostReceives) report(`maxReceiveCount is ${maxReceiveCount}. Fix: ${mostReceives} or fewer`);
  },
});

/** Dispatch posts to ERPs, the canary to the public address; ingest calls AWS alone, through endpoints. */
const outside = ["dispatch", "canary"];

export const containersReachWhatTheyCall = stackRule({
  name: "network-containers-reach-what-they-call",
  description: "Every service reaches S3, where its image's layers are; dispatch and canary reach the internet.",
  on: "aws:ecs/service:Service",
  check: (service, report, stack) => {
    const rules = groupsOf(service).flatMap((group) =>
      rulesOf(group, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", stack),
    );
    const toAnywhere = rules.some(({ props }) => props.cidrIpv4 === "0.0.0.0/0");
    const toS3 = rules.some((rule) =>
      rule
        .refersTo("prefixListId", "aws:ec2/vpcEndpoint:VpcEndpoint")
        .some(({ props }) => props.serviceName?.endsWith(".s3")),
    );
    if (!toS3)
      report(
        "no rule lets it out to the S3 endpoint: it cannot pull its image. Fix: add one with the endpoint's prefixListId",
      );
    const roles = service
      .refersTo("taskDefinition", "aws:ecs/taskDefinition:TaskDefinition")
      .flatMap(({ props }) => containersOf(props).map(roleOf));
    const needs = roles.find((role) => role && outside.includes(role));
    if (needs && !toAnywhere) report(`no rule lets ${needs} out to 0.0.0.0/0 on port 443. Fix: add one`);
  },
});

export const endpointIsInEveryZone = stackRule({
  name: "endpoint-is-in-every-zone",
  description:
    "An interface endpoint is in every subnet of services, a gateway endpoint in each of their route tables.",
  on: "aws:ec2/vpcEndpoint:VpcEndpoint",
  check: (endpoint, report, stack) => {
    const subnets = stack
      .all("aws:ecs/service:Service")
      .flatMap((one) => one.refersTo("networkConfiguration", "aws:ec2/subnet:Subnet"));
    const tables = stack
      .all("aws:ec2/routeTableAssociation:RouteTableAssociation")
      .filter((one) => intersects(one.refersTo("subnetId", "aws:ec2/subnet:Subnet"), subnets))
      .flatMap((one) => one.refersTo("routeTableId", "aws:ec2/routeTable:RouteTable"));
    const isInterface = endpoint.props.vpcEndpointType === "Interface";
    const lacks = isInterface
      ? missing(subnets, endpoint.refersTo("subnetIds", "aws:ec2/subnet:Subnet"))
      : missing(tables, endpoint.refersTo("routeTableIds", "aws:ec2/routeTable:RouteTable"));
    if (lacks.length > 0)
      report(
        `lacks ${lacks.join(", ")}: containers there do not reach it. Fix: add ${isInterface ? "them to subnetIds" : "them to routeTableIds"}`,
      );
    if (isInterface && endpoint.refersTo("securityGroupIds", "aws:ec2/securityGroup:SecurityGroup").length === 0)
      report("has no security group of the stack. Fix: set securityGroupIds");
  },
});

function missing<T extends "aws:ec2/subnet:Subnet" | "aws:ec2/routeTable:RouteTable">(
  wanted: StackResource<T>[],
  given: StackResource<T>[],
): string[] {
  return [...new Set(wanted.filter(({ urn }) => !given.some((one) => one.urn === urn)).map(({ name }) => name))];
}

/** Names and values that ACM asked for; the certificate is never issued with others. */
export const validationRecordIsTheCertificates = stackRule({
  name: "certificate-record-is-the-one-asked-for",
  description: "A validation record has the name and value that ACM gave its certificate.",
  on: "aws:route53/record:Record",
  check: (record, report) => {
    const { name, records = [], type, ttl = 0 } = record.props;
    const certificates = [
      ...record.refersTo("name", "aws:acm/certificate:Certificate"),
      ...record.refersTo("records", "aws:acm/certificate:Certificate"),
    ];
    if (records.length > 0 && ttl < 1) report(`ttl is ${ttl}: every resolver asks each time. Fix: set 60 or more`);
    if (records.length === 0 || !/^_/.test(String(name))) {
      if (records.length > 0)
        report(`${name} is a record of no certificate and no alias. Fix: take its name from the certificate`);
      return;
    }
    const options = certificates.flatMap(
      ({ props }) =>
        (props as { domainValidationOptions?: { resourceRecordName: string; resourceRecordValue: string }[] })
          .domainValidationOptions ?? [],
    );
    const isAsked = options.some(
      ({ resourceRecordName, resourceRecordValue }) =>
        resourceRecordName === name && records.join() === resourceRecordValue,
    );
    if (certificates.length === 0 || (options.length > 0 && (!isAsked || type !== "CNAME")))
      report(
        `${name} ${type} ${records.join()} is not what ACM asked for. Fix: take both from domainValidationOptions`,
      );
  },
});

export const routedHostHasARecord = stackRule({
  name: "record-leads-to-routed-host",
  description: "Every host of the stack's own domain that a listener routes has an alias record to the load balancer.",
  on: "aws:lb/listenerRule:ListenerRule",
  check: (rule, report, stack) => {
    const { props } = rule;
    const domains = stack.all("order-queue:infra:Region").map(({ props }) => props.domain ?? "");
    const names = stack
      .all("aws:route53/record:Record")
      .filter(({ props: { aliases = [] } }) => aliases.length > 0)
      .map((one) => one.props.name);
    const hosts = (props.conditions ?? []).flatMap(({ hostHeader }) => hostHeader?.values ?? []);
    for (const host of hosts)
      if (domains.some((domain) => host === domain || host.endsWith(`.${domain}`)) && !names.includes(host))
        report(`routes ${host}, which has no alias record. Fix: add one`);
    const listeners = rule.refersTo("listenerArn", "aws:lb/listener:Listener");
    if (listeners.some((one) => one.props.protocol !== "HTTPS"))
      report("is of a listener without TLS. Fix: take listenerArn from the HTTPS listener");
    if (rule.refersTo("actions", "aws:lb/targetGroup:TargetGroup").length !== 1)
      report("forwards to no target group of the stack. Fix: take its ARN from the target group");
    if (props.actions?.length !== 1) report(`has ${props.actions?.length} actions. Fix: one, forward`);
  },
});

export const publicSubnetsLeadOut = stackRule({
  name: "network-public-subnets-lead-out",
  description: "Subnets of load balancers and NAT gateways have a default route to the internet gateway.",
  on: "aws:ec2/vpc:Vpc",
  check: (_vpc, report, stack) => {
    const used = [
      ...stack
        .all("aws:lb/loadBalancer:LoadBalancer")
        .flatMap((one) => one.refersTo("subnets", "aws:ec2/subnet:Subnet")),
      ...stack.all("aws:ec2/natGateway:NatGateway").flatMap((one) => one.refersTo("subnetId", "aws:ec2/subnet:Subnet")),
    ];
    for (const [name, subnet] of new Map(used.map((one) => [one.name, one])))
      if (
        !defaultRoutes(subnet, stack).some(
          (route) => route.refersTo("gatewayId", "aws:ec2/internetGateway:InternetGateway").length > 0,
        )
      )
        report(
          `${name} has no way to the internet. Fix: associate it with a route table whose 0.0.0.0/0 leads to the internet gateway`,
        );
  },
});

export const ingestIsBehindALoadBalancer = stackRule({
  name: "service-ingest-is-behind-a-load-balancer",
  description: "Ingest is behind a load balancer: its orders come from nowhere else.",
  on: "aws:ecs/service:Service",
  check: (service, report) => {
    const containers = service
      .refersTo("taskDefinition", "aws:ecs/taskDefinition:TaskDefinition")
      .flatMap(({ props }) => containersOf(props));
    if (service.props.networkConfiguration?.assignPublicIp)
      report("gives its containers public addresses. Fix: remove assignPublicIp");
    const isIngest = containers.some((one) => roleOf(one) === "ingest");
    if (isIngest && service.refersTo("loadBalancers", "aws:lb/targetGroup:TargetGroup").length === 0)
      report("has no load balancer. Fix: set loadBalancers");
  },
});

export const internetGatewayIsAttached = resourceRule({
  name: "network-internet-gateway-is-attached",
  description: "An internet gateway is attached to the VPC: without, nothing reaches the load balancer.",
  on: "aws:ec2/internetGateway:InternetGateway",
  check: ({ vpcId }, report) => {
    if (!vpcId) report("has no vpcId. Fix: set it");
  },
});

export const subscribedQueueLetsTopicSend = stackRule({
  name: "alarm-subscribed-queue-takes-notifications",
  description: "A queue that is subscribed to a topic has a policy that lets SNS send: nothing arrives otherwise.",
  on: "aws:sns/topicSubscription:TopicSubscription",
  check: (subscription, report, stack) => {
    const policies = stack.all("aws:sqs/queuePolicy:QueuePolicy");
    const { protocol, endpoint } = subscription.props;
    if (protocol === "email" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(String(endpoint)))
      report(`${endpoint || "an empty text"} is no email address. Fix: the address of who is on call`);
    for (const queue of subscription.refersTo("endpoint", "aws:sqs/queue:Queue"))
      if (!policies.some((one) => intersects(one.refersTo("queueUrl", "aws:sqs/queue:Queue"), [queue])))
        report(`${queue.name} has no policy. Fix: add a QueuePolicy for sns.amazonaws.com`);
  },
});

export const notifiedQueueIsSubscribed = stackRule({
  name: "alarm-notified-queue-is-subscribed",
  description: "A queue that lets SNS send is subscribed to a topic.",
  on: "aws:sqs/queuePolicy:QueuePolicy",
  check: (policy, report, stack) => {
    const queues = policy.refersTo("queueUrl", "aws:sqs/queue:Queue");
    const subscribed = stack
      .all("aws:sns/topicSubscription:TopicSubscription")
      .flatMap((one) => one.refersTo("endpoint", "aws:sqs/queue:Queue"));
    if (String(policy.props.policy).includes("sns.amazonaws.com") && !intersects(queues, subscribed))
      report("its queue is subscribed to no topic. Fix: add a TopicSubscription");
  },
});

export const publicSideWaits = stackRule({
  name: "network-nat-waits-for-the-internet-gateway",
  description: "A NAT gateway is made after the internet gateway, and deleted before it: AWS refuses it otherwise.",
  on: "aws:ec2/natGateway:NatGateway",
  check: (nat, report) => {
    if (!nat.waitsFor("aws:ec2/internetGateway:InternetGateway") && !nat.waitsFor("aws:ec2/route:Route"))
      report("does not wait for the internet gateway. Fix: add it to dependsOn");
  },
});

/** Seconds: a request may take 20 s to arrive. */
const shortestIdle = 30;

export const loadBalancerWaits = stackRule({
  name: "load-balancer-waits-for-its-way-out",
  description:
    "A load balancer is made after its subnets' route, and keeps a connection for longer than a request takes.",
  on: "aws:lb/loadBalancer:LoadBalancer",
  check: (balancer, report, stack) => {
    const { idleTimeout = 60 } = balancer.props;
    if (!balancer.waitsFor("aws:ec2/route:Route"))
      report("does not wait for a route to the internet. Fix: add it to dependsOn");
    if (balancer.props.dropInvalidHeaderFields !== true)
      report("passes on headers that are invalid. Fix: set dropInvalidHeaderFields: true");
    const listeners = stack
      .all("aws:lb/listener:Listener")
      .filter((one) => intersects(one.refersTo("loadBalancerArn", "aws:lb/loadBalancer:LoadBalancer"), [balancer]));
    const open = balancer
      .refersTo("securityGroups", "aws:ec2/securityGroup:SecurityGroup")
      .flatMap((group) => rulesOf(group, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", stack));
    for (const port of [80, 443]) {
      if (!listeners.some(({ props }) => props.port === port)) report(`has no listener on port ${port}. Fix: add one`);
      if (!open.some(({ props }) => props.fromPort === port && props.cidrIpv4 === "0.0.0.0/0"))
        report(`lets no one in on port ${port}. Fix: add a rule for 0.0.0.0/0`);
    }
    if (idleTimeout < shortestIdle) report(`idleTimeout is ${idleTimeout}. Fix: ${shortestIdle} or more`);
  },
});

export const aliasFollowsTheLoadBalancer = resourceRule({
  name: "record-alias-is-one-address",
  description: "An alias record is of type A and names one load balancer.",
  on: "aws:route53/record:Record",
  check: ({ type, aliases = [] }, report) => {
    if (aliases.length > 0 && (type !== "A" || aliases.length !== 1))
      report(`is ${type} with ${aliases.length} aliases. Fix: type A with one alias`);
  },
});

export const providerIsPinned: StackValidationPolicy = {
  name: "provider-is-pinned",
  description:
    "The stack's provider has the region and account of its settings, and tags what it makes with the stack.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => void ifResolved(() => checkProviders(resources, report)),
};

function checkProviders(resources: readonly PolicyResource[], report: ReportViolation): void {
  const [region] = resources.filter(({ type }) => type === "order-queue:infra:Region");
  if (!region) return;
  for (const { urn, props } of resources.filter(({ type }) => type === "pulumi:providers:aws")) {
    const read = (value: unknown) => (typeof value === "string" ? JSON.parse(value) : value);
    const accounts = read(props.allowedAccountIds) ?? [];
    const tags = read(props.defaultTags)?.tags ?? {};
    if (region.props.region !== undefined && props.region !== region.props.region)
      report(`its region is ${props.region}. Fix: set ${region.props.region}`, urn);
    if (region.props.account !== undefined && accounts.join() !== region.props.account)
      report(
        `allows the accounts ${accounts.join() || "of any shell"}. Fix: set allowedAccountIds to ${region.props.account}`,
        urn,
      );
    if (!tags.stack || !tags.project) report("tags nothing with project and stack. Fix: set defaultTags", urn);
  }
}
