/** The service's own containers: what they are given, where they listen and log, and when they are replaced. */
import { containersOf, environmentOf } from "../fargate/definitions.ts";
import { resourceRule, stackRule } from "../rule.ts";
import { roleOf } from "./definitions.ts";

export const portsAreTheContainers = stackRule({
  name: "service-ports-are-the-containers-own",
  description: "The container listens on the port that its definition, its service and its target group name.",
  on: "aws:ecs/service:Service",
  check: (service, report) => {
    const definitions = service.refersTo("taskDefinition", "aws:ecs/taskDefinition:TaskDefinition");
    for (const container of definitions.flatMap(({ props }) => containersOf(props)).filter((one) => roleOf(one))) {
      const { portMappings = [] } = container as {
        portMappings?: readonly { containerPort?: number; protocol?: string }[];
      };
      const port = Number(environmentOf(container).PORT);
      for (const { containerPort, protocol = "tcp" } of portMappings)
        if (containerPort !== port || protocol !== "tcp")
          report(`${container.name} listens on ${port} and maps ${containerPort} ${protocol}. Fix: one TCP port`);
      for (const { containerName, containerPort } of service.props.loadBalancers ?? [])
        if (containerName === container.name && portMappings.length === 0)
          report(`${containerName} maps no port. Fix: map ${port}`);
        else if (containerName === container.name && containerPort !== port)
          report(`sends to port ${containerPort}, and ${containerName} listens on ${port}. Fix: one port`);
    }
  },
});

export const userIsNumeric = resourceRule({
  name: "container-user-is-numeric",
  description: "A container's user and group are numbers: a name that the image lacks stops it at its start.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report) => {
    for (const { name, user = "" } of containersOf(definition))
      if (!/^[1-9]\d*:[1-9]\d*$/.test(user)) report(`container ${name}: user is ${user}. Fix: UID:GID, e.g. 1000:1000`);
  },
});

export const hostsAreKnownToIngest = stackRule({
  name: "service-knows-routed-hosts",
  description:
    "Ingest takes orders of exactly the hosts that the load balancer routes, and dispatch has an ERP for each store of them.",
  on: "aws:ecs/cluster:Cluster",
  check: (_cluster, report, stack) => {
    const containers = stack.all("aws:ecs/taskDefinition:TaskDefinition").flatMap(({ props }) => containersOf(props));
    const read = <T>(name: string): Record<string, T> =>
      JSON.parse(containers.map((one) => environmentOf(one)[name]).find(Boolean) ?? "{}");
    const [stores, erps] = [read<string[]>("STORE_HOSTS"), read<string>("STORE_ERPS")];
    const known = Object.values(stores).flat();
    const domains = stack.all("order-queue:infra:Region").map(({ props }) => props.domain ?? "");
    const routed = stack
      .all("aws:lb/listenerRule:ListenerRule")
      .flatMap(({ props }) => (props.conditions ?? []).flatMap(({ hostHeader }) => hostHeader?.values ?? []));
    const served = routed.filter((host) => !domains.includes(host));
    const waiting = stack
      .all("order-queue:infra:Store")
      .filter(({ props }) => (props as { kind?: string }).kind === "pending");
    const isPending = (host: string) => waiting.some(({ props }) => props.hostname === host);
    for (const host of served)
      if (!known.includes(host))
        report(`no store of STORE_HOSTS has ${host}, which is routed. Fix: take both from the stores`);
    for (const host of known)
      if (!served.includes(host) && !isPending(host))
        report(`no listener rule routes ${host} of STORE_HOSTS. Fix: take both from the stores`);
    for (const store of Object.keys(stores))
      if (!/^https:\/\/[^/]+/.test(erps[store] ?? ""))
        report(`STORE_ERPS has ${erps[store] ?? "nothing"} for ${store}. Fix: an https URL`);
    for (const domain of domains)
      for (const container of containers.filter((one) => roleOf(one)))
        if (environmentOf(container).PLATFORM_DOMAIN !== domain)
          report(
            `${container.name} has the PLATFORM_DOMAIN ${environmentOf(container).PLATFORM_DOMAIN}. Fix: ${domain}`,
          );
    for (const container of containers.filter((one) => roleOf(one)))
      if (!container.image?.endsWith(`@${environmentOf(container).IMAGE_DIGEST}`))
        report(`${container.name} says it runs ${environmentOf(container).IMAGE_DIGEST}. Fix: the digest of its image`);
    const releases = new Set(containers.filter((one) => roleOf(one)).map((one) => environmentOf(one).RELEASE));
    if (releases.size > 1) report(`containers have the releases ${[...releases].join(", ")}. Fix: one`);
    for (const { name, environment = [] } of containers)
      for (const variable of environment)
        if (!/^[A-Z][A-Z0-9_]*$/.test(variable.name))
          report(`${name} has the variable ${variable.name || "without a name"}. Fix: capitals, digits and _`);
  },
});

export const secretHasAValue = stackRule({
  name: "container-secret-has-a-value",
  description: "A secret of the stack that a container is given has a version: ECS starts no task without.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report, stack) => {
    const given = definition.refersTo("containerDefinitions", "aws:secretsmanager/secretVersion:SecretVersion");
    const secrets = stack
      .all("aws:secretsmanager/secret:Secret")
      .map(({ props }) => (props as { arn?: string }).arn ?? "");
    const uses = secrets.filter((arn) => arn !== "" && JSON.stringify(containersOf(definition.props)).includes(arn));
    if (uses.length > 0 && given.length === 0)
      report("names the version of a secret that nothing makes. Fix: take it from the SecretVersion");
  },
});

export const erpCredentialsAreGiven = stackRule({
  name: "container-erp-credentials-are-given",
  description:
    "Where a role may read the stores' credentials for their ERPs, dispatch is given some: an ERP refuses every order otherwise.",
  on: "aws:iam/rolePolicy:RolePolicy",
  check: (policy, report, stack) => {
    if (!policy.name.endsWith("-erp-credentials")) return;
    const given = stack
      .all("aws:ecs/taskDefinition:TaskDefinition")
      .flatMap(({ props }) => containersOf(props).flatMap(({ secrets = [] }) => secrets))
      .some(({ name }) => name.startsWith("ERP_AUTHORIZATION_"));
    if (!given)
      report(
        "dispatch has no ERP_AUTHORIZATION_… among its secrets. Fix: give it the stores' credentials, or remove the policy",
      );
  },
});

export const containerLogsToItsGroup = stackRule({
  name: "container-logs-to-its-own-group",
  description: "A container of the service logs to the group of its role: filters and diagnosis read it there.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report, stack) => {
    const groups = stack.all("aws:cloudwatch/logGroup:LogGroup");
    for (const container of containersOf(definition.props)) {
      const role = roleOf(container);
      const group = groups.find(({ props }) => props.name === container.logConfiguration?.options?.["awslogs-group"]);
      if (role && group && !group.name.endsWith(`-${role}`))
        report(`container ${role} logs to ${group.name}. Fix: the group of ${role}`);
    }
  },
});

/** Seconds until a container that hangs is replaced: as long as clients of ingest wait. */
const slowestHealth = 30;

export const containerHealthIsQuick = resourceRule({
  name: "container-health-is-quick",
  description: "A container that hangs is found within 30 s, by the program of the image for that.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report) => {
    for (const { name, healthCheck, ...container } of containersOf(definition)) {
      if (!roleOf({ name, ...container })) continue;
      const {
        command = [],
        interval = 30,
        retries = 3,
        timeout = 5,
        startPeriod = 0,
      } = (healthCheck ?? {}) as HealthCheck;
      if (command.join(" ") !== "CMD bash health-check.sh")
        report(`container ${name}: asks ${command.join(" ")}. Fix: CMD bash health-check.sh (service/Dockerfile)`);
      if (interval * retries > slowestHealth)
        report(`container ${name}: decides after ${interval} s × ${retries}. Fix: ${slowestHealth} s at the most`);
      if (timeout >= interval || startPeriod < 1 || startPeriod > 60)
        report(
          `container ${name}: timeout ${timeout} s, startPeriod ${startPeriod} s. Fix: below the interval; 1 to 60 s`,
        );
    }
  },
});

interface HealthCheck {
  readonly command?: readonly string[];
  readonly interval?: number;
  readonly retries?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
}
