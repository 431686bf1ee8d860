import { z } from "zod";
import { doctorReport, type Examined } from "../../../../../cli/doctor-command.ts";
import {
  type CheckResult,
  type DoctorStack,
  examine,
  type Probe,
  quotaNeeds,
} from "../../../../../release/operate/doctor/checks.ts";
import { readStackFiles } from "../../../../../stacks/files.ts";
import { stacks as entries } from "../../../../../stacks/registry.ts";

const settings = readStackFiles(`${__dirname}/../../../../../..`.replace(/\/test\/.*/, ""));
const key = "awskms://alias/order-queue-state?region=ap-southeast-2";
const stacks = ["staging", "prod-au", "prod-eu"].map((name): DoctorStack => {
  const [entry, own] = [entries.find((one) => one.name === name), settings.get(name)];
  if (!entry || !own) throw new Error(`no stack ${name}`);
  return { entry, settings: own, secretsProvider: key };
});
const arn = "arn:aws:sts::123456789012:assumed-role/admin/anna";

/** A machine and an account in which nothing is missing. */
const good: Probe = {
  engine: async () => "Pulumi 3.276.0",
  docker: async () => "Docker Engine 28.1.1",
  identity: async () => ({ account: "123456789012", arn }),
  backend: async () => "s3://state",
  zone: async () => ["ns-1.example", "ns-2.example"],
  published: async () => ["ns-2.example", "ns-1.example"],
  aws: async () => ({ Quota: { Value: 100 } }),
};
const refuse = (message: string) => async () => {
  throw new Error(message);
};
const badOf = async (more: Partial<Probe>, of = stacks): Promise<CheckResult[]> =>
  (await examine({ ...good, ...more }, of)).filter(({ result }) => result !== "ok");

test("where nothing is missing, every check is ok and none has a fix", async () => {
  const results = await examine(good, stacks);
  expect(results.map(({ check, result, fix }) => [check, result, fix])).toEqual(
    [
      ...["engine", "Docker", "backend", "identity"],
      ...["staging", "prod-au", "prod-eu"].flatMap((name) => [`secrets of ${name}`, `zone of ${name}`]),
      ...["boundary", "quota in ap-southeast-2", "quota in ap-southeast-2", "quota in eu-west-1", "quota in eu-west-1"],
    ].map((check) => [check, "ok", undefined]),
  );
});

test("without an engine or a backend the check fails with what was answered", async () => {
  expect(
    await badOf({ engine: refuse("no engine: PATH has none\nand more"), backend: refuse("AccessDenied") }),
  ).toEqual([
    {
      ...{ check: "engine", result: "failed", found: "no engine: PATH has none" },
      fix: "install the Pulumi CLI (https://www.pulumi.com/docs/install), or Go 1.21",
    },
    {
      ...{ check: "backend", result: "failed", found: "AccessDenied" },
      fix: "set PULUMI_BACKEND_URL to a bucket that you may read (docs/aws.md, step 2)",
    },
  ]);
});

test("Docker is needed by one machine alone: without it nothing fails", async () => {
  expect(await badOf({ docker: refuse("spawn docker ENOENT") })).toMatchObject([
    { check: "Docker", result: "unknown" },
  ]);
});

test.each([
  ["another account", async () => ({ account: "210987654321", arn: "arn:anna" }), "arn:anna of account 210987654321"],
  ["no credentials", refuse("CredentialsProviderError: none found"), "CredentialsProviderError: none found"],
])("with %s the account is not asked further", async (_, identity, found) => {
  expect(await badOf({ identity })).toEqual([
    {
      ...{ check: "identity", result: "failed", found },
      fix: "use credentials of account 123456789012 (AWS_PROFILE), or correct account in the stack files",
    },
  ]);
});

test.each([[undefined], ["passphrase"], ["awskms://alias/order-queue-example?region=ap-southeast-2"]])(
  "secrets kept by %s are named, as those of local stacks",
  async (secretsProvider) => {
    const [first] = stacks;
    const [bad] = await badOf({}, first ? [{ ...first, secretsProvider }] : []);
    expect(bad).toMatchObject({ check: "secrets of staging", result: "unknown" });
    expect(bad?.fix).toContain("pulumi stack change-secrets-provider -s staging ");
  },
);

describe("the zone of a domain", () => {
  const bad = async (more: Partial<Probe>) => (await badOf(more, stacks.slice(0, 1)))[0];

  test("that Route 53 does not have is created", async () => {
    expect(await bad({ zone: async () => undefined })).toEqual({
      ...{ check: "zone of staging", result: "failed", found: "Route 53 has no public zone staging.orderhub.example" },
      fix: "aws route53 create-hosted-zone --name staging.orderhub.example --caller-reference 1 (docs/aws.md, step 3)",
    });
  });

  test("that is not delegated, or to another zone, is published", async () => {
    expect(await bad({ published: async () => [] })).toEqual({
      ...{
        check: "zone of staging",
        result: "failed",
        found: "public DNS has no name server for staging.orderhub.example",
      },
      fix: "publish NS records in the parent zone: ns-1.example, ns-2.example",
    });
    expect(await bad({ published: async () => ["ns-1.example"] })).toMatchObject({ result: "failed" });
  });

  test("without name servers, as on a twin, or that cannot be read, is no failure", async () => {
    expect(await bad({ zone: async () => [] })).toMatchObject({ result: "unknown" });
    expect(await bad({ zone: refuse("AccessDenied") })).toMatchObject({ result: "unknown", found: "AccessDenied" });
  });
});

test("a boundary that does not exist is created; one that cannot be asked is no failure", async () => {
  const aws =
    (message: string): Probe["aws"] =>
    async (_, service) =>
      service === "iam" ? refuse(message)() : { Quota: { Value: 100 } };
  expect(await badOf({ aws: aws("An error occurred (NoSuchEntity) when calling GetPolicy") })).toEqual([
    {
      ...{ check: "boundary", result: "failed" },
      found: "there is no policy arn:aws:iam::123456789012:policy/order-queue-boundary",
      fix: "aws iam create-policy --policy-name order-queue-boundary --policy-document file://docs/permissions/boundary.json",
    },
  ]);
  expect(await badOf({ aws: aws("spawn aws ENOENT") })).toMatchObject([{ check: "boundary", result: "unknown" }]);
});

describe("quotas", () => {
  test("have to hold what all stacks of a region need, as docs/aws.md has it", () => {
    expect(quotaNeeds(stacks)).toEqual([
      { region: "ap-southeast-2", addresses: 4, vcpus: 24 },
      { region: "eu-west-1", addresses: 2, vcpus: 20 },
    ]);
  });

  test("that are too low are raised, and those that cannot be asked are no failure", async () => {
    const aws: Probe["aws"] = async (region, service) => {
      if (service === "iam") return {};
      return region === "eu-west-1" ? refuse("AccessDenied")() : { Quota: { Value: 5 } };
    };
    expect((await badOf({ aws })).map(({ result, found }) => [result, found])).toEqual([
      ["failed", "Fargate On-Demand vCPU: 5, needed 24"],
      ["unknown", "Elastic IP addresses, needed 2: AccessDenied"],
      ["unknown", "Fargate On-Demand vCPU, needed 20: AccessDenied"],
    ]);
  });
});

test("the report has a line a check, what failed last, each with its fix", () => {
  const results: CheckResult[] = [
    { check: "engine", result: "failed", found: "none", fix: "install it" },
    { check: "backend", result: "ok", found: "s3://state" },
    { check: "Docker", result: "unknown", found: "no daemon", fix: "start it" },
  ];
  expect(doctorReport(results).split("\n")).toEqual([
    "ok       backend  s3://state",
    "unknown  Docker   no daemon",
    "                  Fix: start it",
    "failed   engine   none",
    "                  Fix: install it",
    "",
    "1 ok, 1 failed, 1 could not be asked.",
  ]);
});

test("--json has these fields: a field more or less is a change for those who read it", async () => {
  const text = z.string().min(1);
  const result = z.enum(["ok", "failed", "unknown"]);
  const schema = z.strictObject({
    checks: z.array(z.strictObject({ check: text, result, found: text, fix: text.optional() })),
  });
  const written: Examined = { checks: await examine({ ...good, docker: refuse("ENOENT") }, stacks) };
  expect(schema.parse(JSON.parse(JSON.stringify(written)))).toEqual(written);
});
