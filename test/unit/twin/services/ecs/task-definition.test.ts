import { Store } from "../../../../../twin/core/store.ts";
import type { ResourceCall } from "../../../../../twin/pulumi/define.ts";
import { check } from "../../../../../twin/pulumi/plan.ts";
import { taskDefinition } from "../../../../../twin/services/ecs/task-definition.ts";

const region = "eu-west-1";
const account = "123456789012";
let store: Store;
let call: ResourceCall;

beforeEach(() => {
  store = new Store(":memory:");
  call = { store, region, account, defaultTags: {}, name: "app", urn: "" };
});
afterEach(() => store.close());

const app = { name: "app", image: "image", portMappings: [{ containerPort: 8080 }] };
const sidecar = { name: "sidecar", image: "image" };
const inputsOf = (...containers: object[]) => ({
  ...{ family: "app", cpu: "256", memory: "512", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"] },
  containerDefinitions: JSON.stringify(containers),
});
const problems = (...containers: object[]) =>
  check(taskDefinition, inputsOf(...containers), {}, new Uint8Array([1]), call).problems;
const refusal = async (inputs: object) => {
  try {
    await taskDefinition.create(inputs, call);
    return "nothing was refused";
  } catch (error) {
    return (error as Error).message.replace("creating ECS Task Definition (app): api error ClientException: ", "");
  }
};

describe("a task definition", () => {
  it("has 65,536 bytes", async () => {
    const inputs = (bytes: number) => inputsOf({ ...app, environment: [{ name: "STORES", value: "s".repeat(bytes) }] });
    expect(await refusal(inputs(65_000))).toBe("nothing was refused");
    expect(await refusal(inputs(65_536))).toMatch(/^Actual length: '65\d{3}'\. Max allowed length is '65536' bytes\.$/);
  });

  it("for Fargate names who pulls the image of any container", async () => {
    const image = `${account}.dkr.ecr.${region}.amazonaws.com/app@sha256:0`;
    const expected = "Fargate requires task definition to have execution role ARN to support ECR images.";
    expect(await refusal(inputsOf({ ...app, image }))).toBe(expected);
    expect(await refusal(inputsOf(app, { ...sidecar, image }))).toBe(expected);
  });
});

describe("a task definition of several containers", () => {
  it("may have some that are not essential", () => {
    expect(problems(app, { ...sidecar, essential: false })).toEqual([]);
    expect(problems(app, { ...sidecar, portMappings: [{ containerPort: 9090 }] })).toEqual([]);
  });

  it.each<[string, object[], string]>([
    ["one name twice", [app, { ...sidecar, name: "app" }], "two containers have the name app"],
    [
      "one port twice",
      [app, { ...sidecar, portMappings: app.portMappings }],
      "two containers have the port 8080, but one network interface",
    ],
    ["no essential one", [{ ...app, essential: false }], "a task must have at least one essential container"],
  ])("is refused with %s", (_, containers, reason) => {
    expect(problems(...containers)).toEqual([{ property: "containerDefinitions", reason }]);
  });

  it("may limit the memory of one to what the task has", async () => {
    expect(problems(app, { ...sidecar, memory: 64 })).toEqual([]);
    expect(await refusal(inputsOf(app, { ...sidecar, memory: 512 }))).toBe("nothing was refused");
    expect(await refusal(inputsOf(app, { ...sidecar, memory: 513 }))).toBe(
      "The 'memory' setting for container 'sidecar' is greater than for the task.",
    );
  });

  it("is refused by name where they depend on one another", () => {
    expect(problems(app, { ...sidecar, dependsOn: [{ containerName: "app", condition: "HEALTHY" }] })).toEqual([
      { property: "containerDefinitions.1", reason: "the twin does not model dependsOn of a container definition" },
    ]);
  });
});

describe("a task definition with secrets", () => {
  const valueFrom = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:tls-1a2b3c:key::";

  it("is refused where a secret is no ARN of Secrets Manager, or a variable has the same name", () => {
    const secrets = [
      { name: "KEY", valueFrom },
      { name: "PHRASE", valueFrom: "phrase" },
    ];
    expect(problems({ ...app, secrets })).toEqual([
      {
        property: "containerDefinitions.0.secrets.1.valueFrom",
        reason: expect.stringContaining("the ARN of a secret"),
      },
    ]);
    const environment = [{ name: "KEY", value: "plain" }];
    expect(problems({ ...app, secrets: secrets.slice(0, 1), environment })).toEqual([
      {
        property: "containerDefinitions.0",
        reason:
          "ClientException: The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'KEY'.",
      },
    ]);
  });

  it("is refused without a role that could fetch them", async () => {
    const inputs = inputsOf({ ...app, secrets: [{ name: "KEY", valueFrom }] });
    expect(await refusal(inputs)).toBe(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
    expect(await refusal({ ...inputs, executionRoleArn: "arn" })).toBe("nothing was refused");
  });
});
