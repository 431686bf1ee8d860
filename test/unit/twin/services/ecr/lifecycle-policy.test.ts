import type { ResourceCall } from "../../../../../twin/pulumi/define.ts";
import { check } from "../../../../../twin/pulumi/plan.ts";
import { expireAfterPush, expired, lifecyclePolicy } from "../../../../../twin/services/ecr/lifecycle-policy.ts";
import { repository } from "../../../../../twin/services/ecr/repository.ts";
import { account, region, startTestCloud } from "../../../../integration/twin/cloud.ts";

const day = 86_400_000;
const now = Date.parse("2026-07-28T00:00:00Z");
const image = (digest: string, days: number, tag?: string) => ({
  digest,
  tag,
  pushedAt: new Date(now - days * day).toISOString(),
});
type Rule = Parameters<typeof expired>[1][number];
const action = { type: "expire" } as const;
const untaggedAfter = (countNumber: number, rulePriority = 1): Rule => ({
  rulePriority,
  selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber },
  action,
});
const newest = (countNumber: number, rulePriority = 2): Rule => ({
  rulePriority,
  selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber },
  action,
});

const call = { region, account, name: "registry", defaultTags: {} } as ResourceCall;
const problems = (...rules: object[]) =>
  check(
    lifecyclePolicy,
    { repository: "order-queue", policy: JSON.stringify({ rules }) },
    {},
    new Uint8Array([1]),
    call,
  ).problems.map(({ reason }) => reason);

describe("a registry forgets", () => {
  it("what has no tag by its age, and of all the oldest beyond a number", () => {
    const images = [image("a", 90, "r1"), image("b", 1, "r3"), image("c", 60, "r2"), image("d", 20), image("e", 3)];
    const digests = (rules: Parameters<typeof expired>[1]) => expired(images, rules, now).map(({ digest }) => digest);
    expect(digests([untaggedAfter(14)])).toEqual(["d"]);
    expect(digests([newest(3)])).toEqual(["c", "a"]);
    // What has no tag is the first rule's alone, but still counts in the second.
    expect(digests([newest(2), untaggedAfter(30)])).toEqual(["c", "a"]);
  });

  it("what a container still runs, when it is set to keep too few", async () => {
    const test = await startTestCloud();
    try {
      const { store } = test;
      const here = { ...call, store };
      store.put({
        ...{ type: repository.token, id: "order-queue", region },
        ...{ inputs: { name: "order-queue" }, outputs: {} },
      });
      const push = (digest: string, pushedAt: string) =>
        store.write("image", `${region}/order-queue@${digest}`, {
          ...{ region, repository: "order-queue", digest, tag: digest, pushedAt },
        });
      const kept = () => store.readAll<{ digest: string }>("image").map(({ digest }) => digest);
      push("r1", "2026-07-01T00:00:00Z");
      push("r2", "2026-07-02T00:00:00Z");
      const inputs = { repository: "order-queue", policy: JSON.stringify({ rules: [newest(2)] }) };
      await lifecyclePolicy.create(inputs, here);
      expect(kept()).toEqual(["r1", "r2"]);
      store.put({ type: lifecyclePolicy.token, id: "order-queue", region, inputs, outputs: inputs });
      push("r3", "2026-07-03T00:00:00Z");
      expireAfterPush(store, region, "order-queue");
      expect(kept()).toEqual(["r2", "r3"]);
      // The provider replaces a policy that changes.
      store.remove(lifecyclePolicy.token, "order-queue", region);
      await lifecyclePolicy.create({ ...inputs, policy: JSON.stringify({ rules: [newest(1)] }) }, here);
      expect(kept()).toEqual(["r3"]);
      expect(() => lifecyclePolicy.create({ ...inputs, repository: "gone" }, here)).toThrow(
        `RepositoryNotFoundException: The repository with name 'gone' does not exist in the registry with id '${account}'`,
      );
    } finally {
      await test.close();
    }
  });

  it("in each region by the policy that is set there: replication copies none", async () => {
    const test = await startTestCloud();
    try {
      const { store } = test.cloud;
      const inputs = { repository: "order-queue", policy: JSON.stringify({ rules: [newest(1)] }) };
      store.put({ type: lifecyclePolicy.token, id: "order-queue", region: "eu-west-1", inputs, outputs: inputs });
      for (const place of ["eu-west-1", "us-east-1"])
        for (const digest of ["r1", "r2"])
          store.write("image", `${place}/order-queue@${digest}`, {
            ...{ region: place, repository: "order-queue", digest, tag: digest },
            pushedAt: `2026-07-0${digest.slice(1)}T00:00:00Z`,
          });
      for (const place of ["eu-west-1", "us-east-1"]) expireAfterPush(store, place, "order-queue");
      const kept = store.readAll<{ region: string; digest: string }>("image");
      expect(kept.map((one) => `${one.region} ${one.digest}`)).toEqual([
        "eu-west-1 r2",
        "us-east-1 r1",
        "us-east-1 r2",
      ]);
    } finally {
      await test.close();
    }
  });

  it("by rules that ECR takes and the twin models", () => {
    expect(problems(untaggedAfter(14), newest(1000))).toEqual([]);
    expect(problems(newest(1000, 1), untaggedAfter(14, 2))).toEqual([
      "a rule with tagStatus any must have the highest rulePriority",
    ]);
    expect(problems(untaggedAfter(14, 2), newest(1000))).toEqual(["two rules have one rulePriority"]);
    const tagged = { tagStatus: "tagged", tagPrefixList: ["r"], countType: "imageCountMoreThan", countNumber: 1 };
    expect(problems({ ...newest(1), selection: tagged })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^the twin models no such lifecycle policy: rules\.0\.selection/)]),
    );
  });
});
