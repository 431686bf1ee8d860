import { registryHasLifecyclePolicy, replicasAreMade } from "../../../../policy/fargate/images.ts";
import { resource, stackCases } from "../cases.ts";

const replica = resource("aws:ecr/repository:Repository", "replica", { name: "app", region: "eu-west-1" });
const to = (region: string, dependsOn = [replica]) =>
  resource(
    "aws:ecr/replicationConfiguration:ReplicationConfiguration",
    "registry",
    { replicationConfiguration: { rules: [{ destinations: [{ region, registryId: "123456789012" }] }] } },
    { dependsOn },
  );

stackCases(replicasAreMade, {
  "fails if replication makes one itself": [
    [replica, to("us-east-1")],
    ["registry: no repository is made in us-east-1. Fix: aws.ecr.Repository with that region"],
  ],
  "fails if replication may come first": [
    [replica, to("eu-west-1", [])],
    ["registry: add the repositories of its destinations to dependsOn"],
  ],
  "passes if it is made before": [[replica, to("eu-west-1")], []],
  "passes if nothing is replicated": [
    [resource("aws:ecr/replicationConfiguration:ReplicationConfiguration", "registry", {})],
    [],
  ],
});

const keeping = (region?: string) =>
  resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", "replica", { region }, { refers: { repository: [replica] } });

stackCases(registryHasLifecyclePolicy, {
  "fails if the policy of a replica is of the repository of that name in another region": [
    [replica, keeping()],
    ["replica: add an aws.ecr.LifecyclePolicy for it"],
  ],
  "passes if it is of its region": [[replica, keeping("eu-west-1")], []],
});
