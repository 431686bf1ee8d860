import type { Plans } from "../../../../release/checks/finding.ts";
import { askQuotas, quotasCheck } from "../../../../release/checks/quotas.ts";
import type { Resource } from "../../../../release/plan/graph.ts";
import type { AllowedQuota } from "../../../../release/workspace/workspace.ts";
import { plan, plansOf, resource } from "./plans.ts";

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => resource("aws:ec2/eip:Eip", `nat-${index}`));
const region = (name: string, account = "123456789012") =>
  resource("order-queue:infra:Region", "region", { account, region: name });
const step = (one: Resource) => ({ ...one, op: "create" as const, replacedBy: [], changed: [] });

const sydney = "ap-southeast-2";

test("a third zone in two stacks of one account and region exceeds the quota of Elastic IPs, before anything changes", () => {
  const stack = (count: number) => plan([region(sydney), ...addresses(count)], { steps: addresses(1).map(step) });
  expect(quotasCheck.judge(plansOf(["staging", stack(3)], ["prod-au", stack(3)]))).toEqual([
    {
      check: "quotas",
      stack: "prod-au",
      message:
        'the plans need 6 of the quota "EC2-VPC Elastic IPs" (ec2 L-0263D0A3) of account 123456789012 in ap-southeast-2: staging 3, prod-au 3; a replacement counts beside the old one',
      expected: "5 at the most, AWS's default",
      fix: "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6 --region ap-southeast-2, or plan fewer",
    },
  ]);
});

test.each([
  [
    "stacks in different regions",
    plansOf(
      ["staging", plan([region(sydney), ...addresses(3)])],
      ["prod-eu", plan([region("eu-west-1"), ...addresses(3)])],
    ),
  ],
  [
    "stacks of different accounts",
    plansOf(
      ["staging", plan([region(sydney), ...addresses(3)])],
      ["prod-au", plan([region(sydney, "2"), ...addresses(3)])],
    ),
  ],
  ["a use that reaches the quota", plansOf(["staging", plan([region(sydney), ...addresses(5)])])],
  ["a stack that has no plan", plansOf(["staging", plan(addresses(9))])],
])("quotas accept %s", (_what, plans) => {
  expect(quotasCheck.judge(plans)).toEqual([]);
});

test("what is replaced and deleted counts beside what is created", () => {
  const replaced = plan([region(sydney), ...addresses(3)], { replaced: addresses(2), gone: addresses(1) });
  expect(quotasCheck.judge(plansOf(["staging", replaced])).map(({ message }) => message.slice(0, 16))).toEqual([
    "the plans need 6",
  ]);
});

describe("what AWS allows the account", () => {
  const asking = async (plans: Plans, answer: AllowedQuota) => {
    const asked: string[] = [];
    await askQuotas(plans, {
      allowed: async ({ account, region }, service, code) => {
        asked.push(`${account} ${region} ${service} ${code}`);
        return answer;
      },
    });
    return { asked, expected: quotasCheck.judge(plans).map(({ expected }) => expected) };
  };
  const six = () =>
    plansOf(["staging", plan([region(sydney), ...addresses(3)])], ["prod-au", plan([region(sydney), ...addresses(3)])]);

  test.each<[string, AllowedQuota, string[]]>([
    ["raised enough, counts in place of the default", { value: 6 }, []],
    ["raised too little, is named", { value: 5.5 }, ["5.5 at the most"]],
    ["not kept by AWS, leaves the default", {}, ["5 at the most, AWS's default"]],
    [
      "not readable, leaves the default and says why",
      { unread: "AccessDeniedException: not authorized" },
      [
        "5 at the most, AWS's default; the account's own value could not be read: AccessDeniedException: not authorized",
      ],
    ],
  ])("%s", async (_what, answer, expected) => {
    expect(await asking(six(), answer)).toEqual({ asked: ["123456789012 ap-southeast-2 ec2 L-0263D0A3"], expected });
  });

  test("is not asked where the plans stay within the defaults", async () => {
    const plans = plansOf(["staging", plan([region(sydney), ...addresses(5)])]);
    expect(await asking(plans, { value: 4 })).toEqual({ asked: [], expected: [] });
  });
});
