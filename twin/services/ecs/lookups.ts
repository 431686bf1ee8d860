import { type ApiCall, nameOf } from "../../api/service.ts";
import { AwsError } from "../../core/errors.ts";
import type { Properties, Resource } from "../../core/store.ts";
import type { Ecs } from "./behaviour.ts";

export type EcsApiCall = ApiCall & { ecs: Ecs };

/** Pulumi tokens. */
export const types = {
  cluster: "aws:ecs/cluster:Cluster",
  service: "aws:ecs/service:Service",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
};

/** By name or ARN; the default one where none is named. @throws AwsError when there is none */
export function clusterOf(cluster: string | undefined, { store, region }: ApiCall): Properties {
  const name = nameOf(cluster ?? "default");
  const found = store.list(types.cluster, region).find(({ outputs }) => outputs.name === name);
  if (!found) throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  return found.outputs;
}

/** The services of a cluster. */
export function servicesOf(cluster: Properties, { store, region }: ApiCall): Resource[] {
  return store.list(types.service, region).filter(({ outputs }) => outputs.cluster === cluster.arn);
}

/** What was asked for and is not there, as the API lists it. */
export function missing(asked: string[], found: string[], arnOf: (name: string) => string): Properties[] {
  const absent = asked.filter((name) => !found.includes(nameOf(name)));
  return absent.map((name) => ({ arn: name.startsWith("arn:") ? name : arnOf(name), reason: "MISSING" }));
}
