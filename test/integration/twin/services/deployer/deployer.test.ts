import { readStackFiles } from "../../../../../stacks/files.ts";
import { placesOf } from "../../../../../tools/permissions/places.ts";
import { actionsFor, policyFor } from "../../../../../tools/permissions/policies.ts";
import { groups } from "../../../../../tools/permissions/uses.ts";
import type { Asked, Deployer } from "../../../../../twin/services/deployer/deployer.ts";
import { account, startTestCloud } from "../../cloud.ts";

const places = placesOf(readStackFiles(process.cwd()));
let cloud: Awaited<ReturnType<typeof startTestCloud>>;

beforeAll(async () => {
  const actions = actionsFor("release", Object.values(groups["orders-and-alarms"] ?? {}));
  const policy = await policyFor(
    actions.filter((action) => action !== "sqs:TagQueue"),
    places,
  );
  const policies = [{ name: "order-queue-release-orders", document: JSON.stringify(policy) }];
  cloud = await startTestCloud({ policies, deployer: "order-queue-release" });
});

afterAll(() => cloud.close());

const queue = (operation: Asked["operation"], name: string): Promise<void> =>
  (cloud.cloud.deployer as Deployer).authorize({
    ...{ token: "aws:sqs/queue:Queue", operation, properties: { name } },
    ...{ defaultTags: { project: "order-queue", stack: "prod-au" }, region: "ap-southeast-2" },
  });

const denied = (kind: string, call: string, name: string) =>
  `${kind} Queue: operation error SQS: ${call}, https response error StatusCode: 403, api error AccessDenied: User: ` +
  `arn:aws:sts::${account}:assumed-role/order-queue-release/order-queue is not authorized to perform: sqs:${call} on ` +
  `resource: arn:aws:sqs:ap-southeast-2:${account}:${name} because no identity-based policy allows the sqs:${call} action`;

test("the deployer may delete a queue of a stack, and no other team's", async () => {
  await queue("delete", "prod-au-orders-1.fifo");
  await expect(queue("delete", "billing")).rejects.toThrow(denied("deleting", "DeleteQueue", "billing"));
});

test("one action that its policies lack fails the operation that calls it, by name", async () => {
  await expect(queue("create", "prod-au-orders-1.fifo")).rejects.toThrow(
    denied("creating", "TagQueue", "prod-au-orders-1.fifo"),
  );
});

test("a twin without a deployer lets an administrator deploy", async () => {
  const other = await startTestCloud();
  expect(other.cloud.deployer).toBeUndefined();
  await other.close();
});
