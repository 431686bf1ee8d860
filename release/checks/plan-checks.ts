/**
 * Plans that the engine carries out without a complaint and that break what runs. Pure: takes what an update would have and
 * what it would take away.
 */
import type { Plan, Properties, Resource } from "../plan/graph.ts";
import { unknown } from "../plan/normalised-names.ts";

/** One thing that an update would break. */
export interface Hazard {
  stack: string;
  rule: "same-identity" | "lost-proof" | "kept-state" | "lost-scaling" | "shared-identity" | "missing-replica";
  /** Logical name. */
  resource: string;
  message: string;
}

/**
 * What AWS knows these by: their inputs, whatever the program calls them. A create of one that is there changes nothing,
 * and the delete that follows takes the only one. Source: the ids that terraform-provider-aws gives each
 * (internal/service/elbv2/listener_certificate.go, route53/record.go, ec2/vpc_route.go, iam/role_policy_attachment.go …).
 */
const identities: Record<string, readonly string[]> = {
  "aws:lb/listenerCertificate:ListenerCertificate": ["listenerArn", "certificateArn"],
  "aws:lb/listener:Listener": ["loadBalancerArn", "port"],
  "aws:lb/listenerRule:ListenerRule": ["listenerArn", "priority"],
  "aws:route53/record:Record": ["zoneId", "name", "type", "setIdentifier"],
  "aws:ec2/route:Route": ["routeTableId", "destinationCidrBlock", "destinationPrefixListId"],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ["subnetId"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["role", "policyArn"],
  "aws:iam/rolePolicy:RolePolicy": ["role", "name"],
  "aws:sns/topicPolicy:TopicPolicy": ["arn"],
  "aws:sns/topicSubscription:TopicSubscription": ["topic", "protocol", "endpoint"],
  "aws:cloudwatch/eventTarget:EventTarget": ["rule", "targetId"],
  "aws:appautoscaling/target:Target": ["resourceId", "scalableDimension"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleOf("cidrIpv4"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleOf("cidrIpv4"),
};

function ruleOf(source: string): readonly string[] {
  return ["securityGroupId", "ipProtocol", "fromPort", "toPort", source, "referencedSecurityGroupId", "prefixListId"];
}

/** What goes with each, and does not come back when another is made. */
const kept: Record<string, string> = {
  "aws:sqs/queue:Queue": "the orders in it are lost, and its address changes",
  "aws:ecr/repository:Repository": "the images in it are lost, those that run among them",
  "aws:ec2/eip:Eip": "ERPs that allow only the old address refuse every order",
  "aws:lb/loadBalancer:LoadBalancer": "its name and addresses change, and every store's DNS with them",
  "aws:route53/zone:Zone": "the registrar goes on naming the old zone's servers",
  "aws:sns/topic:Topic": "its subscribers have to confirm anew before anyone is told of anything",
  "aws:ecs/cluster:Cluster": "every container stops with it",
};

/** What each stack's plan would break, alone and beside the others'. */
export function hazardsOf(plans: ReadonlyMap<string, Plan>): Hazard[] {
  return [
    ...[...plans].flatMap(([stack, plan]) => [
      ...sameIdentity(stack, plan),
      ...lostProof(stack, plan),
      ...keptState(stack, plan),
      ...lostScaling(stack, plan),
    ]),
    ...sharedRecords(plans),
    ...missingReplicas(plans),
  ];
}

/** What an update takes away at AWS, whether or not another one comes in its place. */
function takenAway({ gone, replaced }: Plan): Resource[] {
  return [...gone, ...replaced];
}

function sameIdentity(stack: string, plan: Plan): Hazard[] {
  const staying = new Map(
    plan.resources.flatMap((resource) => {
      const identity = identityOf(resource);
      return identity ? [[identity, resource] as const] : [];
    }),
  );
  return takenAway(plan).flatMap((old) => {
    const identity = identityOf(old);
    const other = identity === undefined ? undefined : staying.get(identity);
    if (!other || other.urn === old.urn) return [];
    const message = `it is taken away after ${other.name}, which is the same ${old.type.split(":").at(-1)} at AWS, was put there: neither remains. Keep its logical name, or give the new one an alias`;
    return [{ stack, rule: "same-identity", resource: old.name, message }];
  });
}

/**
 * A validation record that goes while its name stays on a certificate. One that takes its place under another logical name
 * is not known before the update, where its certificate is a new one; it is the same record at AWS, since ACM has one for
 * each name of an account, and AWS refuses it while this one is there.
 */
function lostProof(stack: string, plan: Plan): Hazard[] {
  const certificates = plan.resources.filter(({ type }) => type === "aws:acm/certificate:Certificate");
  const staying = new Set(plan.resources.map(identityOf));
  return plan.gone.flatMap((old) => {
    const [, name] = /^_[0-9a-z]+\.(.+?)\.?$/.exec(String(old.inputs.name)) ?? [];
    if (old.type !== "aws:route53/record:Record" || name === undefined || staying.has(identityOf(old))) return [];
    const needed = certificates.find(({ inputs }) => namesOf(inputs).includes(name));
    if (!needed) return [];
    const message = `it proves ${name}, which stays on ${needed.name}: without it ACM cannot renew the certificate, and AWS refuses another one while it is there. Keep its logical name, or give the new one an alias`;
    return [{ stack, rule: "lost-proof", resource: old.name, message }];
  });
}

/** A wildcard has the record of the name under its star. */
function namesOf({ domainName, subjectAlternativeNames = [] }: Properties): string[] {
  return [domainName, ...subjectAlternativeNames].map((name) => String(name).replace(/^\*\./, ""));
}

function keptState(stack: string, plan: Plan): Hazard[] {
  return takenAway(plan).flatMap(({ type, name }) => {
    const loss = kept[type];
    if (loss === undefined) return [];
    const message = `the update would take it away: ${loss}. Keep its logical name, parent and whatever forces a replacement, or give it an alias`;
    return [{ stack, rule: "kept-state", resource: name, message }];
  });
}

/** AWS forgets a service's scaling with the service; a target whose own inputs stay the same is not made again. */
function lostScaling(stack: string, plan: Plan): Hazard[] {
  const away = takenAway(plan);
  const services = away.filter(({ type }) => type === "aws:ecs/service:Service");
  const goneToo = new Set(away.map(({ urn }) => urn));
  return plan.resources.flatMap(({ urn, type, name, inputs, outputs }) => {
    if (type !== "aws:appautoscaling/target:Target" || goneToo.has(urn)) return [];
    const named = String(outputs.resourceId ?? inputs.resourceId ?? "");
    const service = services.find((one) => named.endsWith(`/${one.outputs.name ?? one.inputs.name}`));
    if (!service) return [];
    const message = `its service ${service.name} is replaced, and it stays as it is: the new service has no scaling. Name the service by its output in resourceId`;
    return [{ stack, rule: "lost-scaling", resource: name, message }];
  });
}

/** A record that two stacks hold goes with whichever is destroyed, or changed, first. */
function sharedRecords(plans: ReadonlyMap<string, Plan>): Hazard[] {
  const holders = new Map<string, { stack: string; name: string }>();
  return [...plans].flatMap(([stack, { resources }]) =>
    resources.flatMap((resource) => {
      if (resource.type !== "aws:route53/record:Record") return [];
      const identity = identityOf(resource);
      const holder = identity === undefined ? undefined : holders.get(identity);
      if (identity !== undefined && !holder) holders.set(identity, { stack, name: resource.name });
      if (!holder || holder.stack === stack) return [];
      const message = `${holder.stack} has the same record as ${holder.name}: destroying or changing either stack takes it from the other. Stacks must have domains of their own`;
      return [{ stack, rule: "shared-identity" as const, resource: resource.name, message }];
    }),
  );
}

/** A region pulls the image from its own registry, and has there what is pushed after the replication to it is set. */
function missingReplicas(plans: ReadonlyMap<string, Plan>): Hazard[] {
  const all = [...plans].flatMap(([stack, { resources }]) => resources.map((resource) => ({ stack, ...resource })));
  const source = all.find(({ type }) => type === "aws:ecr/replicationConfiguration:ReplicationConfiguration");
  if (!source) return [];
  const regions = all.filter(({ type }) => type === "order-queue:infra:Region");
  const home = regions.find(({ stack }) => stack === source.stack)?.inputs.region;
  const rules: Properties[] = source.inputs.replicationConfiguration?.rules ?? [];
  const reached = new Set([
    home,
    ...rules.flatMap(({ destinations = [] }) => destinations.map((d: Properties) => d.region)),
  ]);
  return regions
    .filter(({ inputs }) => !reached.has(inputs.region))
    .map(({ stack, inputs }) => ({
      stack,
      rule: "missing-replica" as const,
      resource: source.name,
      message: `it replicates to ${[...reached].join(", ")}, and ${stack} pulls its image in ${inputs.region}: no container would start. Add the region to its destinations`,
    }));
}

/** Undefined where it is not known before the update, or the type's identity is AWS's own. */
function identityOf({ type, inputs }: Pick<Resource, "type" | "inputs">): string | undefined {
  const names = identities[type];
  if (!names) return undefined;
  const values = names.map((name) => plain(inputs as Properties, name));
  return values.some(unknown) ? undefined : JSON.stringify([type, values]);
}

function plain(inputs: Properties, name: string): unknown {
  const value = inputs[name];
  // Names of DNS are written with or without the last dot, in any case.
  return name === "name" && typeof value === "string" ? value.toLowerCase().replace(/\.$/, "") : (value ?? null);
}
