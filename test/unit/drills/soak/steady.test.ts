import { isSteady } from "../../../../drills/soak/steady.ts";

const service = (name: string, more = {}) => ({ name, running: 1, desired: 1, deployments: [{}], ...more });
const task = (id: string, of: string, more = {}) => ({
  id,
  service: of,
  taskDefinitionArn: "",
  lastStatus: "RUNNING",
  healthStatus: "HEALTHY",
  ...more,
});

const target = { targetGroupArn: "arn:of-ingest", address: "10.0.0.1", port: 8080 };

function status(change: { service?: object; task?: object; target?: object } = {}) {
  return {
    regions: {
      "eu-west-1": {
        services: [service("prod-eu-ingest-1", change.service), service("prod-eu-dispatch-2")],
        tasks: [
          task("a", "prod-eu-ingest-1", change.task),
          task("b", "prod-eu-dispatch-2"),
          task("c", "prod-eu-dispatch-2", { lastStatus: "STOPPED", healthStatus: "UNKNOWN" }),
        ],
        targets: [{ ...target, state: "healthy", inside: { taskId: "a" }, ...change.target }],
        certificates: [],
        queues: [],
      },
    },
  };
}

test("all services with as many passing containers as they should have", () => {
  expect(isSteady(status(), "prod-eu")).toBe(true);
  expect(isSteady(status(), "prod-eu", "ingest")).toBe(true);
});

test.each([
  ["a container is missing", { service: { running: 0 } }],
  ["a deployment is under way", { service: { deployments: [{}, {}] } }],
  ["a container has not passed its check", { task: { healthStatus: "UNKNOWN" } }],
  ["a target is not healthy yet", { target: { state: "initial" } }],
])("not when %s; another service is none the worse", (_, change) => {
  expect(isSteady(status(change), "prod-eu")).toBe(false);
  expect(isSteady(status(change), "prod-eu", "ingest")).toBe(false);
  expect(isSteady(status(change), "prod-eu", "dispatch")).toBe(true);
});

test("a stack without services is not steady", () => {
  expect(isSteady(status(), "prod-au")).toBe(false);
});
