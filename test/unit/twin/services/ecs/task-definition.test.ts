import type { ResourceCall } from "../../../../../twin/pulumi/define.ts";
import { check } from "../../../../../twin/pulumi/plan.ts";
import { taskDefinition } from "../../../../../twin/services/ecs/task-definition.ts";

const call = { region: "eu-west-1", account: "123456789012", name: "app" } as ResourceCall;
const app = { name: "app", image: "app", portMappings: [{ containerPort: 8080 }] };
const sidecar = { name: "sidecar", image: "sidecar" };

function problems(...containers: object[]): string[] {
  const inputs = {
    ...{ family: "app", cpu: "256", memory: "512", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"] },
    containerDefinitions: JSON.stringify(containers),
  };
  return check(taskDefinition, inputs, {}, new Uint8Array([1]), call).problems.map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
}

describe("a task definition", () => {
  it("may have several containers, essential or not", () => {
    expect(problems(app, { ...sidecar, essential: false })).toEqual([]);
    expect(problems(app, { ...sidecar, portMappings: [{ containerPort: 9090 }] })).toEqual([]);
  });

  it.each([
    ["no container", [], expect.any(String)],
    ["one name twice", [app, { ...sidecar, name: "app" }], "two containers have the name app"],
    [
      "one port twice",
      [app, { ...sidecar, portMappings: app.portMappings }],
      "two containers have the port 8080, but one network interface",
    ],
    ["no essential container", [{ ...app, essential: false }], "a task must have at least one essential container"],
  ])("is refused with %s", (_, containers, reason) => {
    expect(problems(...containers)).toContainEqual(
      typeof reason === "string" ? `containerDefinitions: ${reason}` : expect.stringMatching(/^containerDefinitions: /),
    );
  });

  it("is refused by name where containers depend on one another", () => {
    expect(problems(app, { ...sidecar, dependsOn: [{ containerName: "app", condition: "HEALTHY" }] })).toEqual([
      "containerDefinitions.1: the twin does not model dependsOn of a container definition",
    ]);
  });
});
