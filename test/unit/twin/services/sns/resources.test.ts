import type { ResourceCall } from "../../../../../twin/pulumi/define.ts";
import { check } from "../../../../../twin/pulumi/plan.ts";
import { topic } from "../../../../../twin/services/sns/resources.ts";

const call = { region: "eu-west-1", account: "123456789012", name: "watch" } as ResourceCall;

it("a topic is encrypted with no key of one's own", () => {
  const { problems } = check(topic, { name: "watch", kmsMasterKeyId: "alias/mine" }, {}, new Uint8Array([1]), call);
  expect(problems).toEqual([
    {
      property: "kmsMasterKeyId",
      reason: expect.stringContaining("the twin models alias/aws/sns, no key of one's own"),
    },
  ]);
});
