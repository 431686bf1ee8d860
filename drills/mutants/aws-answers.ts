/**
 * What AWS's API answers when staging's update calls it: what AWS's models exclude of a value, and what the twin's create
 * and update refuse beside the other resources of the graph. No twin runs; what waits for a data plane is taken as done.
 */
import { violations } from "../../twin/services/bounds/bound.ts";
import { rows } from "../../twin/services/bounds/bounded.ts";
import type { Graph, Node } from "./graph.ts";
import { namesOf } from "./references.ts";
import { type Place, typeOf } from "./twin-types.ts";

/** What is refused of a resource, in the words of AWS; undefined where the call passes. */
export async function refusalOf(node: Node, graph: Graph, isNew: boolean, place: Place): Promise<string | undefined> {
  const type = typeOf(node.type);
  if (!type) return undefined;
  const { __defaults: _, ...inputs } = node.inputs;
  const [excluded] = violations(rows[node.type]?.bounds ?? {}, inputs);
  if (excluded) return `${excluded.property}: ${excluded.constraint}, got ${JSON.stringify(excluded.value)}`;
  // A key pair is made, not asked of AWS.
  if (!node.type.startsWith("aws:") || unasked.has(node.type)) return undefined;
  const call = {
    ...portsOf(graph, node, isNew, place),
    ...place,
    defaultTags: {},
    name: node.name,
    urn: node.urn,
  } as never;
  try {
    if (type.update && (!isNew || waiting.has(node.type)))
      await type.update(node.id, { ...node.outputs }, inputs, call);
    else await type.create(inputs, call);
    return undefined;
  } catch (error) {
    // A port that is not stood in for is a fault of this file, and no answer of AWS.
    if (error instanceof TypeError) throw error;
    return (error as Error).message;
  }
}

/** Inputs that name another object of AWS, or hold what another resource made. */
const naming =
  /(Ids?|Arns?|arn|Pem|bucket|role|cluster|queueUrl|logGroupName|loadBalancer|topic|subnets|securityGroups)$/;

/**
 * An id that was one of a resource, and is one of nothing: AWS refuses it as malformed or not found (EC2 API reference,
 * "Error codes", Invalid….Malformed and .NotFound; other services have ValidationError and ResourceNotFoundException).
 */
export function unknownName(before: Node, after: Node, graph: Graph): string | undefined {
  for (const [property, value] of Object.entries(after.inputs)) {
    const was = before.inputs[property];
    if (!naming.test(property) || value === was) continue;
    const known = new Set([...list(was), ...graph.flatMap((node) => namesOf(node).map(([, name]) => name))]);
    const strange = list(value).find((one) => !known.has(one));
    if (strange !== undefined) return `${property}: ${JSON.stringify(strange)} does not exist`;
  }
  return undefined;
}

const list = (value: unknown): string[] => [value ?? []].flat().map(String);

/** Their answers depend on more than the graph: who else has the bucket, the zone of another account, the key's version. */
const unasked = new Set(
  ["s3/bucket:Bucket", "route53/record:Record", "secretsmanager/secretVersion:SecretVersion", "iam/role:Role"].map(
    (token) => `aws:${token}`,
  ),
);
/** Their create waits and tries again; their update asks the same of the other resources. */
const waiting = new Set(
  ["ecs/service:Service", "appautoscaling/target:Target", "appautoscaling/policy:Policy"].map(
    (token) => `aws:${token}`,
  ),
);

/** The store and the services as a call sees them: the graph's other resources, each as its update leaves it. */
function portsOf(graph: Graph, self: Node, isNew: boolean, place: Place) {
  const others = graph.filter(({ urn }) => urn !== self.urn);
  const asStored = ({ type, id, inputs, outputs }: Node) => ({
    type,
    id,
    region: place.region,
    inputs,
    outputs: { ...inputs, ...outputs },
  });
  const keyOf = (node: Node) => typeOf(node.type)?.key?.(node.outputs) ?? node.id;
  const store = {
    get: (type: string, id: string) => {
      const found = (isNew && type === self.type ? others : graph).find(
        (node) => node.type === type && keyOf(node) === id,
      );
      return found && asStored(found);
    },
    list: (type: string) => others.filter((node) => node.type === type).map(asStored),
    read: () => undefined,
    readAll: () => [],
    ...{ put: nothing, remove: nothing, write: nothing, erase: nothing },
  };
  const certificate = { status: "ISSUED", arn: "arn:aws:acm:::certificate/1", domainValidationOptions: [] };
  return {
    store,
    s3: { bucket: (name: string) => store.get("aws:s3/bucket:Bucket", name), put: nothing },
    zones: [],
    acm: {
      describe: () => certificate,
      request: () => certificate,
      issued: nothing,
      inUseBy: () => [],
      delete: nothing,
    },
    sqs: { create: nothing, setAttributes: nothing, delete: nothing, queues: { get: () => ({}), write: nothing } },
    ecs: { steady: nothing, drained: nothing, setDesired: nothing, tasks: () => [] },
    targets: {
      of: () => [],
      forwarders: (arn: string) =>
        graph.filter(({ type, inputs }) => /:Listener(Rule)?$/.test(type) && JSON.stringify(inputs).includes(arn)),
    },
    secrets: { create: nothing, delete: nothing },
    ecr: { pushed: nothing },
    sns: { publish: nothing },
  };
}

const nothing = () => undefined;
