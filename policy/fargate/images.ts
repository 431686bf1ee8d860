/** The image that a region runs, or may roll back to, is kept unchanged. */
import { resourceRule, stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";

export const tagsAreImmutable = resourceRule({
  name: "registry-tags-are-immutable",
  description: "A tag of the registry is written once.",
  on: "aws:ecr/repository:Repository",
  check: ({ imageTagMutability }, report) => {
    if (imageTagMutability !== "IMMUTABLE") report('set imageTagMutability: "IMMUTABLE"');
  },
});

export const registryHasLifecyclePolicy = stackRule({
  name: "registry-forgets",
  description: "A registry has a lifecycle policy, which says what is kept: without one it grows with every release.",
  on: "aws:ecr/repository:Repository",
  check: (repository, report, stack) => {
    const kept = stack
      .all("aws:ecr/lifecyclePolicy:LifecyclePolicy")
      .filter(({ props }) => props.region === repository.props.region)
      .some((policy) => intersects(policy.refersTo("repository", "aws:ecr/repository:Repository"), [repository]));
    if (!kept) report("add an aws.ecr.LifecyclePolicy for it");
  },
});

export const replicasAreMade = stackRule({
  name: "registry-replicas-are-made",
  description:
    "A repository that images are replicated to is made before replication: one that replication makes has mutable tags, scans nothing and forgets nothing.",
  on: "aws:ecr/replicationConfiguration:ReplicationConfiguration",
  check: (replication, report, stack) => {
    const made = stack.all("aws:ecr/repository:Repository").map(({ props }) => props.region);
    const regions = replication.props.replicationConfiguration?.rules?.flatMap(({ destinations }) =>
      destinations.map(({ region }) => region),
    );
    for (const region of regions ?? [])
      if (!made.includes(region))
        report(`no repository is made in ${region}. Fix: aws.ecr.Repository with that region`);
    if (regions?.length && !replication.waitsFor("aws:ecr/repository:Repository"))
      report("add the repositories of its destinations to dependsOn");
  },
});

const machines: Readonly<Record<string, string>> = { X86_64: "linux/amd64", ARM64: "linux/arm64" };

export const imageMatchesCpuArchitecture = stackRule({
  name: "image-fits-its-machines",
  description: "An image is built for the machines that the tasks of its stack ask for: on others no container starts.",
  on: "docker:index/image:Image",
  check: ({ props: { build } }, report, stack) => {
    const asked = stack
      .all("aws:ecs/taskDefinition:TaskDefinition")
      .map(({ props }) => machines[props.runtimePlatform?.cpuArchitecture ?? "X86_64"]);
    const other = asked.find((platform) => platform !== build?.platform);
    if (other !== undefined) report(`it is built for ${build?.platform ?? "whatever builds it"}; expected ${other}`);
  },
});
