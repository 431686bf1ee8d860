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
    const rules: Properties[] = source.inputs.replicationConfiguration?.rules ?? [];
    const account = regions.find(({ stack }) => stack === source.stack)?.inputs.account;
    const names = all
      .filter(({ type }) => type === "aws:ecr/repository:Repository")
      .map(({ inputs }) => String(inputs.name));
    const reaches = ({ registryId = account }: Properties) => registryId === account;
    const covers = ({ repositoryFilters = [] }: Properties) =>
      names.length === 0 ||
      repositoryFilters.length === 0 ||
      repositoryFilters.some(({ filter }: Properties) => names.some((name) => name.startsWith(filter)));
    const destinations = rules
      .filter(covers)
      .flatMap((rule) => (rule.destinations ?? []).filter(reaches).map(({ region }: Properties) => region));
    const reached = new Set([...home, ...destinations]);
    return regions
      .filter(({ inputs }) => !reached.has(inputs.region))
      .map(({ stack, inputs }) => ({
        check: missingReplica.name,
        stack,
        resource: source.name,
        message: `replicates to ${[...reached].join(", ")}, but ${stack} pulls its image in ${inputs.region}: no container would start`,
        fix: `add ${inputs.region} to its destinations`,
      }));
  },
};
