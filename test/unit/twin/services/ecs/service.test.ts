import { Store } from "../../../../../twin/core/store.ts";
import { type EcsCall, service } from "../../../../../twin/services/ecs/service.ts";

const region = "eu-west-1";
const containers = [
  { name: "app", image: "app" },
  { name: "sidecar", image: "sidecar", portMappings: [{ containerPort: 8080 }] },
];

/** What ECS says to a service whose load balancer leads to that container and port. */
function refusal(containerName: string, containerPort: number): string {
  const store = new Store(":memory:");
  const put = (type: string, id: string, inputs: object) =>
    store.put({ type: `aws:ecs/${type}`, id, region, inputs, outputs: { arn: id } });
  put("taskDefinition:TaskDefinition", "app:1", { containerDefinitions: JSON.stringify(containers) });
  put("service:Service", "app", {});
  const call = { store, region, defaultTags: {}, targets: { forwarders: () => ["front"] } } as unknown as EcsCall;
  const loadBalancers = [{ targetGroupArn: "group", containerName, containerPort }];
  try {
    service.update?.("app", {}, { name: "app", taskDefinition: "app:1", loadBalancers }, call);
    return "";
  } catch (error) {
    return (error as Error).message;
  } finally {
    store.close();
  }
}

test("a service's load balancer leads to a container of its task, by name, and to one of its ports", () => {
  expect(refusal("sidecar", 8080)).toBe("");
  const failed = "updating ECS Service (app): api error InvalidParameterException:";
  expect(refusal("app", 8080)).toBe(`${failed} The container app did not have a container port 8080 defined.`);
  expect(refusal("web", 8080)).toBe(`${failed} The container web does not exist in the task definition.`);
});

test("a service that ECS would rebalance over the zones is refused by name: the twin moves no task", () => {
  const said = (rebalancing: object) =>
    service.inputs.safeParse(rebalancing).error?.issues.find(({ path }) => path[0] === "availabilityZoneRebalancing")
      ?.message;
  const refused = "the twin moves no task between zones; left out, it is ENABLED; expected DISABLED";
  expect([{}, { availabilityZoneRebalancing: "ENABLED" }].map(said)).toEqual([refused, refused]);
  expect(said({ availabilityZoneRebalancing: "DISABLED" })).toBeUndefined();
});
