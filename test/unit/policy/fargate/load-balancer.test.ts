import type { PolicyResource } from "@pulumi/policy";
import {
  imageMatchesCpuArchitecture,
  registryHasLifecyclePolicy,
  registryKeepsRunningImages,
  tagsAreImmutable,
} from "../../../../policy/fargate/images.ts";
import {
  httpRedirects,
  recordTakesNothingOver,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  tlsIsModern,
} from "../../../../policy/fargate/listeners.ts";
import {
  certificatesFitLoadBalancer,
  namesFitCertificate,
  rulesFitLoadBalancer,
  targetGroupsFitService,
  valuesFitRule,
} from "../../../../policy/fargate/quotas.ts";
import { loadBalancerIsProtected, registryIsProtected } from "../../../../policy/fargate/state.ts";
import { cases, resource, stackCases } from "../cases.ts";

const listener = (props: object) => resource("aws:lb/listener:Listener", "https", props);
const speaking = (sslPolicy?: string) => listener({ protocol: "HTTPS", sslPolicy });

cases(tlsIsModern, {
  "fails if the policy speaks TLS 1.0": [
    speaking("ELBSecurityPolicy-2016-08"),
    ["sslPolicy is ELBSecurityPolicy-2016-08; expected one of TLS 1.2, e.g. ELBSecurityPolicy-TLS13-1-2-2021-06"],
  ],
  "fails if AWS's default is taken": [
    speaking(),
    ["sslPolicy is not set; expected one of TLS 1.2, e.g. ELBSecurityPolicy-TLS13-1-2-2021-06"],
  ],
  "fails if older clients are shut out": [
    speaking("ELBSecurityPolicy-TLS13-1-3-2021-06"),
    [
      "sslPolicy is ELBSecurityPolicy-TLS13-1-3-2021-06; expected one of TLS 1.2, e.g. ELBSecurityPolicy-TLS13-1-2-2021-06",
    ],
  ],
  "passes if the policy speaks 1.2 and 1.3": [speaking("ELBSecurityPolicy-TLS13-1-2-2021-06"), []],
});

const plainHttp = (action: object) => listener({ protocol: "HTTP", defaultActions: [action] });

cases(httpRedirects, {
  "fails if orders go in plain text": [
    plainHttp({ type: "forward" }),
    ["set its default action to a redirect to HTTPS"],
  ],
  "fails if it redirects to plain HTTP": [
    plainHttp({ type: "redirect", redirect: { protocol: "HTTP" } }),
    ["set its default action to a redirect to HTTPS"],
  ],
  "passes if it redirects to HTTPS": [plainHttp({ type: "redirect", redirect: { protocol: "HTTPS" } }), []],
});

const targetGroup = (props: object) => resource("aws:lb/targetGroup:TargetGroup", "ingest", props);

cases(targetGroupIsAutoNamed, {
  "fails if its name is fixed": [targetGroup({ name: "ingest" }), ["its name is fixed to ingest; remove it"]],
  "passes if Pulumi names it": [targetGroup({ name: "staging-ingest-0a1b2c3" }), []],
});

cases(targetsSpeakTls, {
  "fails if the containers are spoken to in plain": [
    targetGroup({ protocol: "HTTP", healthCheck: { protocol: "HTTPS" } }),
    ["protocol is HTTP; expected HTTPS"],
  ],
  "fails if the health check is left to the provider's default": [
    targetGroup({ protocol: "HTTPS", healthCheck: { path: "/health" } }),
    ["healthCheck.protocol is HTTP; expected HTTPS"],
  ],
  "passes if both are TLS": [targetGroup({ protocol: "HTTPS", healthCheck: { protocol: "HTTPS" } }), []],
});

const record = (props: object) => resource("aws:route53/record:Record", "acme", props);

cases(recordTakesNothingOver, {
  "fails if the record overwrites another": [record({ allowOverwrite: true }), ["remove allowOverwrite"]],
  "passes if it does not": [record({}), []],
});

const repository = (props: object, protect = false) =>
  resource("aws:ecr/repository:Repository", "registry", props, { opts: { protect } });

cases(tagsAreImmutable, {
  "fails if a tag may be moved": [
    repository({ imageTagMutability: "MUTABLE" }),
    ['set imageTagMutability: "IMMUTABLE"'],
  ],
  "passes if it may not": [repository({ imageTagMutability: "IMMUTABLE" }), []],
});

const lifecycle = (selection: object) =>
  resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", "registry", {
    policy: JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: "expire" } }] }),
  });

cases(registryKeepsRunningImages, {
  "fails if few images are kept": [
    lifecycle({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 }),
    ["rule 1 keeps 30 any images; expected 100 or more"],
  ],
  "fails if tagged images go by age": [
    lifecycle({ tagStatus: "tagged", countType: "sinceImagePushed", countNumber: 90 }),
    ["rule 1 expires tagged images by age; an image may run unchanged for longer"],
  ],
  "passes if many are kept": [lifecycle({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1000 }), []],
  "passes if only what has no tag goes": [
    lifecycle({ tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 1 }),
    [],
  ],
});

const registry = resource("aws:ecr/repository:Repository", "registry");

stackCases(registryHasLifecyclePolicy, {
  "fails if it keeps every image for ever": [[registry], ["registry: add an aws.ecr.LifecyclePolicy for it"]],
  "passes if a policy says what is kept": [
    [registry, resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", "it", {}, { refers: { repository: [registry] } })],
    [],
  ],
});

const balancer = (enableDeletionProtection = false) =>
  resource("aws:lb/loadBalancer:LoadBalancer", "front", { enableDeletionProtection });

stackCases(registryIsProtected, {
  "fails if the load balancer is protected and the registry is not": [
    [balancer(true), repository({})],
    ["registry: set protect: true in its options"],
  ],
  "passes if both are": [[balancer(true), repository({}, true)], []],
});

stackCases(loadBalancerIsProtected, {
  "fails if the registry is protected and the load balancer is not": [
    [balancer(false), repository({}, true)],
    ["front: set enableDeletionProtection: true"],
  ],
  "passes if neither is": [[balancer(false), repository({})], []],
});

/** A load balancer whose listener has so many of a thing. */
function holding(type: "certificates" | "rules", count: number): PolicyResource[] {
  const front = balancer();
  const https = resource("aws:lb/listener:Listener", "https", {}, { refers: { loadBalancerArn: [front] } });
  const token =
    type === "rules" ? "aws:lb/listenerRule:ListenerRule" : "aws:lb/listenerCertificate:ListenerCertificate";
  const held = Array.from({ length: count }, (_, index) =>
    resource(token, `store-${index}`, {}, { refers: { listenerArn: [https] } }),
  );
  return [front, https, ...held];
}

/** What a region says of quotas that AWS has raised. */
const raised = resource("order-queue:infra:Region", "staging", { storesPerLoadBalancer: 200 });
const usual = resource("order-queue:infra:Region", "staging", { storesPerLoadBalancer: 24 });

stackCases(certificatesFitLoadBalancer, {
  "fails if one certificate is too many": [
    holding("certificates", 26),
    ["front: 26 certificates are attached; expected 25 at the most"],
  ],
  "fails if one is too many of a raised quota": [
    [raised, ...holding("certificates", 202)],
    ["front: 202 certificates are attached; expected 201 at the most"],
  ],
  "passes if 25 are attached": [[usual, ...holding("certificates", 25)], []],
  "passes if there are as many as the quota was raised to": [[raised, ...holding("certificates", 201)], []],
});

stackCases(rulesFitLoadBalancer, {
  "fails if one rule is too many": [holding("rules", 101), ["front: 101 rules are set; expected 100 at the most"]],
  "passes if there are 100": [[usual, ...holding("rules", 100)], []],
  "passes if there are as many as the quota was raised to": [[raised, ...holding("rules", 201)], []],
});

const names = (count: number) =>
  resource("aws:acm/certificate:Certificate", "acme", {
    domainName: "0.acme.example",
    subjectAlternativeNames: Array.from({ length: count }, (_, index) => `${index}.acme.example`),
  });

cases(namesFitCertificate, {
  "fails if one name is too many": [names(11), ["11 names are on it; expected 10 at the most"]],
  "passes if there are 10": [names(10), []],
});

const service = (count: number) =>
  resource("aws:ecs/service:Service", "ingest", { loadBalancers: new Array(count).fill({ containerName: "ingest" }) });

cases(targetGroupsFitService, {
  "fails if one target group is too many": [service(6), ["6 target groups are named; expected 5 at the most"]],
  "passes if there are 5": [service(5), []],
});

const rule = (count: number) =>
  resource("aws:lb/listenerRule:ListenerRule", "acme", {
    conditions: [{ hostHeader: { values: Array.from({ length: count }, (_, index) => `${index}.acme.example`) } }],
  });

cases(valuesFitRule, {
  "fails if one name is too many": [rule(6), ["6 values are compared with; expected 5 at the most"]],
  "passes if there are 5": [rule(5), []],
});

const built = (platform?: string) => resource("docker:index/image:Image", "image", { build: { platform } });
const on = (cpuArchitecture: string) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", "ingest", { runtimePlatform: { cpuArchitecture } });

stackCases(imageMatchesCpuArchitecture, {
  "fails if it is built for others": [
    [built("linux/arm64"), on("X86_64")],
    ["image: it is built for linux/arm64; expected linux/amd64"],
  ],
  "fails if it is built for whatever builds it": [
    [built(), on("ARM64")],
    ["image: it is built for whatever builds it; expected linux/arm64"],
  ],
  "passes if both are the same": [[built("linux/arm64"), on("ARM64")], []],
});
