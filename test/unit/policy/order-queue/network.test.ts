import type { PolicyResource } from "@pulumi/policy";
import {
  eachZoneHasItsNatGateway,
  endpointIsForThisAccount,
  endpointLetsRolesCalls,
} from "../../../../policy/order-queue/network.ts";
import { resource, stackCases } from "../cases.ts";

const anywhere = "0.0.0.0/0";
const table = resource("aws:ec2/routeTable:RouteTable", "private-a");

const zoned = (name: string, availabilityZone: string) =>
  resource("aws:ec2/subnet:Subnet", name, { availabilityZone }, {});
const nat = (name: string, of: PolicyResource) =>
  resource("aws:ec2/natGateway:NatGateway", name, {}, { refers: { subnetId: [of] } });
/** A service in one private subnet, whose default route leads to a NAT gateway in a public one. */
function leaving(from: string, through: string): PolicyResource[] {
  const own = zoned("private", from);
  const gateway = nat("nat", zoned("public", through));
  const to = { subnetId: [own], routeTableId: [table] };
  return [
    resource("aws:ecs/service:Service", "ingest", {}, { refers: { networkConfiguration: [own] } }),
    resource("aws:ec2/routeTableAssociation:RouteTableAssociation", "private", {}, { refers: to }),
    resource(
      "aws:ec2/route:Route",
      "private",
      { destinationCidrBlock: anywhere },
      { refers: { routeTableId: [table], natGatewayId: [gateway] } },
    ),
  ];
}

stackCases(eachZoneHasItsNatGateway, {
  "fails if the NAT gateway is in another zone": [
    leaving("eu-west-1b", "eu-west-1a"),
    ["ingest: containers in private (eu-west-1b) leave through eu-west-1a"],
  ],
  "fails if it is in another zone although the settings want one a zone": [
    [...leaving("eu-west-1b", "eu-west-1a"), resource("order-queue:infra:Region", "prod-eu", { natPerZone: true })],
    ["ingest: containers in private (eu-west-1b) leave through eu-west-1a"],
  ],
  "passes if it is in the same zone": [leaving("eu-west-1b", "eu-west-1b"), []],
  "passes if the settings want one for all": [
    [...leaving("eu-west-1b", "eu-west-1a"), resource("order-queue:infra:Region", "prod-eu", { natPerZone: false })],
    [],
  ],
});

const [account, others] = ["123456789012", "999999999999"];
const region = resource("order-queue:infra:Region", "prod-eu", { account, region: "eu-west-1" });
const orders = `arn:aws:sqs:eu-west-1:${account}:orders`;
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const only = (of: string) => ({ StringEquals: { "aws:PrincipalAccount": of } });
const send = { Effect: "Allow", Principal: "*", Action: ["sqs:SendMessage"], Condition: only(account) };
const door = (policy?: string, service = "sqs", vpcEndpointType = "Interface") =>
  resource("aws:ec2/vpcEndpoint:VpcEndpoint", service, {
    ...{ serviceName: `com.amazonaws.eu-west-1.${service}`, vpcEndpointType, policy },
  });
const own = (service: string) => `arn:aws:${service}:eu-west-1:${account}:*`;

stackCases(endpointIsForThisAccount, {
  "fails without a policy, which lets everything pass": [
    [region, door()],
    ["sqs: lets every account's credentials and resources pass. Fix: set a policy"],
  ],
  "fails if another account's credentials pass": [
    [region, door(document({ ...send, Resource: own("sqs"), Condition: only(others) }))],
    [`sqs: has the condition ${JSON.stringify(only(others))}; expected ${JSON.stringify(only(account))}`],
  ],
  "fails if another account's resource is reached": [
    [region, door(document({ ...send, Resource: `arn:aws:sqs:eu-west-1:${others}:*` }))],
    [`sqs: lets calls to arn:aws:sqs:eu-west-1:${others}:* pass; expected arn:aws:sqs:eu-west-1:${account}:*`],
  ],
  "passes if both are this account's, and the registry's token is of no resource": [
    [
      region,
      door(
        document(
          { ...send, Action: ["ecr:BatchGetImage"], Resource: own("ecr") },
          { ...send, Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
        ),
        "ecr.api",
      ),
    ],
    [],
  ],
  "passes for a gateway, through which ECR's bucket is read": [[region, door(undefined, "s3", "Gateway")], []],
});

const ofTask = resource("aws:iam/role:Role", "ingest");
const ofFlowLog = resource("aws:iam/role:Role", "flow-logs");
const task = resource("aws:ecs/taskDefinition:TaskDefinition", "ingest", {}, { refers: { taskRoleArn: [ofTask] } });
const role = (Action: string[], Resource: string, of = ofTask) =>
  resource(
    "aws:iam/rolePolicy:RolePolicy",
    of.name,
    { policy: document({ Effect: "Allow", Action, Resource }) },
    { refers: { role: [of] } },
  );

stackCases(endpointLetsRolesCalls, {
  "fails if a call of a role is not named": [
    [task, role(["sqs:SendMessage", "sqs:ReceiveMessage"], orders), door(document({ ...send, Resource: own("sqs") }))],
    [`ingest: sqs:ReceiveMessage on ${orders} does not pass the endpoint of com.amazonaws.eu-west-1.sqs`],
  ],
  "fails if its resource is not": [
    [
      task,
      role(["sqs:SendMessage"], orders),
      door(document({ ...send, Resource: `arn:aws:sqs:eu-west-1:${others}:*` })),
    ],
    [`ingest: sqs:SendMessage on ${orders} does not pass the endpoint of com.amazonaws.eu-west-1.sqs`],
  ],
  "passes if each is, and asks nothing of another service": [
    [
      task,
      role(["sqs:SendMessage", "logs:PutLogEvents"], orders),
      role(["sqs:ReceiveMessage"], orders, ofFlowLog),
      door(document({ ...send, Resource: own("sqs") })),
      door(undefined, "secretsmanager"),
    ],
    [],
  ],
});
