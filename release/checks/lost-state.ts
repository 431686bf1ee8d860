import { deletedBy } from "../plan/graph.ts";
import { type Check, stackCheck } from "./finding.ts";

/** What is lost with a resource of each type, and does not return with its replacement. */
const losses: Record<string, string> = {
  "aws:sqs/queue:Queue": "the orders in it are lost, and its address changes",
  "aws:ecr/repository:Repository": "the images in it are lost, also those that run",
  "aws:ec2/eip:Eip": "ERPs that allow only the old address refuse every order",
  "aws:lb/loadBalancer:LoadBalancer": "its name and addresses change, and every store's DNS with them",
  "aws:route53/zone:Zone": "the registrar still names the old zone's servers",
  "aws:sns/topic:Topic": "its subscribers must confirm again before a notification is sent",
  "aws:ecs/cluster:Cluster": "every container stops with it",
  "aws:s3/bucket:Bucket": "what is in it is lost, or AWS refuses to delete it",
  "aws:secretsmanager/secret:Secret": "its value is lost, and its name stays taken while it can be recovered",
  "aws:ec2/vpc:Vpc": "every address, endpoint and container in it is made again, and AWS refuses while they are there",
};

/** No resource is deleted or replaced whose state cannot be made again. */
export const lostState: Check = stackCheck("lost-state", (plan) =>
  deletedBy(plan).flatMap(({ type, name }) => {
    const loss = losses[type];
    if (loss === undefined) return [];
    const fix = "keep its logical name, its parent and the properties that force a replacement, or give it an alias";
    return [{ resource: name, message: `would be deleted: ${loss}`, fix }];
  }),
);
