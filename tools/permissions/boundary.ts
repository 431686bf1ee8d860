/**
 * The permissions boundary: the most that a role of the program can do, whatever its own policies allow. The account's
 * administrator creates it before the first update. The release role can write roles' policies, and not this.
 * Source: IAM user guide, "Permissions boundaries for IAM entities".
 */
import { actions } from "../../twin/services/deployer/calls.ts";
import { erpSecretArns, type Place } from "./places.ts";
import { type Policy, policyFor } from "./policies.ts";

export { boundaryName } from "../../infra/names.ts";

/** All that the containers, ECS for them, and flow logs call of AWS: infra/roles.ts and infra/flow-logs.ts. A test holds the two together. */
const calls = [
  ...actions("ecr", "GetAuthorizationToken BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer"),
  ...actions("logs", "CreateLogStream DescribeLogStreams PutLogEvents"),
  ...actions("secretsmanager", "GetSecretValue"),
  ...actions("sqs", "SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes"),
];

/** The permissions boundary of all roles that the program creates, for every stack's account and region. */
export async function boundaryFor(places: readonly Place[]): Promise<Policy> {
  const { Version, Statement } = await policyFor(calls, places);
  // The stack's own secrets are among the calls' resources; the ERPs' are named by their teams.
  const erps = { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: erpSecretArns(places) } as const;
  return { Version, Statement: [...Statement, erps] };
}
