import { deployedResources, NotDeployed } from "../../../../release/plan/deployed.ts";

test("the resources of a stack are those of its state", async () => {
  const resources = [
    { urn: "urn:pulumi:staging::order-queue::aws:sqs/queue:Queue::orders", type: "aws:sqs/queue:Queue" },
  ];
  const deployment = async (stack: string) => (stack === "staging" ? { resources } : {});
  const names = async (stack: string) => (await deployedResources({ deployment }, stack)).map(({ name }) => name);
  expect([await names("staging"), await names("prod-au")]).toEqual([["orders"], []]);
});

test("a command that needs a deployed stack names it and the command that deploys it", () => {
  const error = new NotDeployed("prod-au");
  expect([error.name, error.message]).toEqual([
    "NotDeployed",
    "prod-au: is not deployed. Fix: npx order-queue release",
  ]);
});
