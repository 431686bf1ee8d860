import type { Properties } from "../plan/graph.ts";
import type { Check } from "./finding.ts";

/** Staging's registry replicates to every region: a region pulls the image from its own registry. */
export const missingReplica: Check = {
  name: "missing-replica",
  judge(planned) {
    const all = [...planned].flatMap(([stack, { plan }]) => plan.resources.map((resource) => ({ stack, ...resource })));
    // A registry without a replication reaches its own region alone.
    const source =
      all.find(({ type }) => type === "aws:ecr/replicationConfiguration:ReplicationConfiguration") ??
      all.find(({ type }) => type === "aws:ecr/repository:Repository");
    if (!source) return [];
    const regions = all.filter(({ type }) => type === "order-queue:infra:Region");
    const home = regions.filter(({ stack }) => stack === source.stack).map(({ inputs }) => inputs.region);
    const own = all.filter(({ type, stack }) => type === "aws:ecr/repository:Repository" && stack === source.stack);
    const repositories = [...new Set(own.map(({ inputs }) => String(inputs.name)))];
    const rules: Properties[] = (source.inputs.replicationConfiguration?.rules ?? []).filter((rule: Properties) =>
      repositories.every((name) => replicates(rule, name)),
    );
    const account = regions.find(({ stack }) => stack === source.stack)?.inputs.account;
    const inAccount = ({ registryId = account }: Properties) => registryId === account;
    const destinations = rules.flatMap((rule) =>
      (rule.destinations ?? []).filter(inAccount).map(({ region }: Properties) => region),
    );
    const reached = new Set([...home, ...destinations]);
    return regions
      .filter(({ inputs }) => !reached.has(inputs.region))
      .map(({ stack, inputs }) => ({
        check: missingReplica.name,
        stack,
        resource: source.name,
        message: `replicates ${repositories.join(", ") || "its images"} to ${[...reached].join(", ") || "no region"}, but ${stack} pulls its image in ${inputs.region}: no container would start`,
        fix: `add ${inputs.region} to its destinations, and the repository to its repositoryFilters`,
      }));
  },
};

/** Whether a rule is about a repository; without filters it is about each (ECR user guide, "Private image replication"). */
function replicates({ repositoryFilters = [] }: Properties, repository: string): boolean {
  return (
    repositoryFilters.length === 0 || repositoryFilters.some(({ filter }: Properties) => repository.startsWith(filter))
  );
}
