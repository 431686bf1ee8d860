/** The ways out, as the settings ask for them, and what passes the doors to AWS's services. */
import { list } from "../fargate/iam.ts";
import { defaultRoutes } from "../fargate/network.ts";
import { type Report, stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";
import { statementsOf } from "./documents.ts";

export const eachZoneHasItsNatGateway = stackRule({
  name: "network-zone-has-a-way-out-of-its-own",
  description:
    "Containers leave through the NAT gateway of their own zone, unless the settings want one for all: a lost zone takes no other's way out with it.",
  on: "aws:ecs/service:Service",
  check: (service, report, stack) => {
    const oneForAll = stack.all("order-queue:infra:Region").some(({ props }) => props.natPerZone === false);
    if (oneForAll) return;
    for (const subnet of service.refersTo("networkConfiguration", "aws:ec2/subnet:Subnet")) {
      const { availabilityZone } = subnet.props;
      const zones = defaultRoutes(subnet, stack)
        .flatMap((route) => route.refersTo("natGatewayId", "aws:ec2/natGateway:NatGateway"))
        .flatMap((nat) => nat.refersTo("subnetId", "aws:ec2/subnet:Subnet"))
        .map(({ props }) => props.availabilityZone);
      if (zones.some((zone) => zone !== availabilityZone)) {
        report(`containers in ${subnet.name} (${availabilityZone}) leave through ${zones.join(", ")}`);
      }
    }
  },
});

export const endpointIsForThisAccount = stackRule({
  name: "endpoint-is-for-this-account",
  description: "An interface endpoint lets only this account's roles pass, and only to this account's resources.",
  on: "aws:ec2/vpcEndpoint:VpcEndpoint",
  check: ({ props: { vpcEndpointType, serviceName, policy } }, report, stack) => {
    if (vpcEndpointType !== "Interface") return;
    if (policy === undefined) report("lets every account's credentials and resources pass. Fix: set a policy");
    const [{ account, region } = {}] = stack.all("order-queue:infra:Region").map(({ props }) => props);
    for (const { Effect, Action, Resource, Condition } of statementsOf(policy)) {
      if (Effect !== "Allow") continue;
      const wanted = JSON.stringify({ StringEquals: { "aws:PrincipalAccount": account } });
      if (JSON.stringify(Condition) !== wanted)
        report(`has the condition ${JSON.stringify(Condition)}; expected ${wanted}`);
      // The registry's token has no resource (service authorization reference, Amazon ECR).
      if (list(Action).join() === "ecr:GetAuthorizationToken") continue;
      const own = `arn:aws:${prefixOf(serviceName)}:${region}:${account}:`;
      for (const one of list(Resource)) if (!one.startsWith(own)) report(`lets calls to ${one} pass; expected ${own}*`);
    }
  },
});

export const endpointLetsRolesCalls = stackRule({
  name: "endpoint-lets-the-roles-calls-pass",
  description:
    "What a role of the containers allows passes the endpoint of its service: private DNS leaves no other way.",
  on: "aws:iam/rolePolicy:RolePolicy",
  check: (rolePolicy, report, stack) => {
    const roles = stack
      .all("aws:ecs/taskDefinition:TaskDefinition")
      .flatMap((one) => [
        ...one.refersTo("executionRoleArn", "aws:iam/role:Role"),
        ...one.refersTo("taskRoleArn", "aws:iam/role:Role"),
      ]);
    if (!intersects(rolePolicy.refersTo("role", "aws:iam/role:Role"), roles)) return;
    for (const { props } of stack.all("aws:ec2/vpcEndpoint:VpcEndpoint"))
      if (props.vpcEndpointType === "Interface" && props.policy !== undefined)
        checkPasses(rolePolicy.props.policy, props.serviceName, statementsOf(props.policy), report);
  },
});

function checkPasses(
  rolePolicy: unknown,
  serviceName: string | undefined,
  passing: ReturnType<typeof statementsOf>,
  report: Report,
): void {
  const prefix = `${prefixOf(serviceName)}:`;
  const passes = (action: string, resource: string) =>
    passing.some(
      ({ Effect, Principal, Action, Resource }) =>
        Effect === "Allow" &&
        Principal === "*" &&
        list(Action).includes(action) &&
        list(Resource).some((one) => one === resource || (one.endsWith("*") && resource.startsWith(one.slice(0, -1)))),
    );
  for (const { Action, Resource } of statementsOf(rolePolicy))
    for (const action of list(Action).filter((one) => one.startsWith(prefix)))
      for (const resource of list(Resource))
        if (!passes(action, resource)) report(`${action} on ${resource} does not pass the endpoint of ${serviceName}`);
}

/** `sqs` of `com.amazonaws.eu-west-1.sqs`, `ecr` of both endpoints of ECR. */
const prefixOf = (serviceName = ""): string => serviceName.split(".")[3] ?? "";
