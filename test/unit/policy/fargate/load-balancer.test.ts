import {
  imageMatchesCpuArchitecture,
  registryHasLifecyclePolicy,
  tagsAreImmutable,
} from "../../../../policy/fargate/images.ts";
import {
  httpRedirects,
  recordTakesNothingOver,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  tlsIsModern,
} from "../../../../policy/fargate/listeners.ts";
import { namesFitCertificate, targetGroupsFitService, valuesFitRule } from "../../../../policy/fargate/quotas.ts";
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
