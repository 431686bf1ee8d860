import { queuePolicy, type SqsResourceCall } from "../../../../../twin/services/sqs/resources.ts";
import { account, region, startTestCloud } from "../../../../integration/twin/cloud.ts";

const policy = (Sid: string) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid }] });

it("a queue's policy is the queue's own attribute, and goes with the resource", async () => {
  const { cloud, close } = await startTestCloud();
  try {
    const call = { sqs: cloud.sqs, region, account, name: "alarms" } as SqsResourceCall;
    const { arn } = cloud.sqs.create("alarms", region, { MessageRetentionPeriod: "600" });
    const queueUrl = `https://sqs.${region}.amazonaws.com/${account}/alarms`;
    const { id } = await queuePolicy.create({ queueUrl, policy: policy("first") }, call);
    expect(id).toBe(queueUrl);
    expect(cloud.sqs.queues.get(arn).attributes).toMatchObject({
      MessageRetentionPeriod: "600",
      Policy: policy("first"),
    });
    await queuePolicy.update?.(id, {}, { queueUrl, policy: policy("second") }, call);
    expect(cloud.sqs.queues.get(arn).attributes.Policy).toBe(policy("second"));
    await queuePolicy.delete?.(id, {}, call);
    expect(cloud.sqs.queues.get(arn).attributes.Policy).toBeUndefined();
    expect(() => queuePolicy.create({ queueUrl: `${queueUrl}-gone`, policy: policy("first") }, call)).toThrow(
      "The specified queue does not exist.",
    );
  } finally {
    await close();
  }
});
