import * as pulumi from "@pulumi/pulumi";
import { Registry, type RegistryArgs } from "../../../infra/image.ts";
import { inputsOf, pushedDigest, type Registered, register, the } from "./mocks.ts";

const args: RegistryArgs = {
  account: "123456789012",
  region: "ap-southeast-2",
  replicateTo: ["eu-west-1"],
  release: "0123456789ab",
  image: { context: "/source/service", login: { userName: "AWS", password: "token" } },
  deletionProtection: true,
};

/** How the engine knows that a value is a secret. */
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

async function registry(overrides: Partial<RegistryArgs> = {}): Promise<{ resources: Registered[]; digest: string }> {
  let digest = "";
  const resources = await register(() => {
    const built = new Registry("staging-registry", { ...args, ...overrides });
    pulumi.output(built.digest).apply((value) => {
      digest = value;
    });
  });
  return { resources, digest };
}

describe("an image", () => {
  it("is pushed under its release, to a repository whose tags are written once", async () => {
    const { resources, digest } = await registry();
    const image = the(resources, "docker:index/image:Image", "staging-registry-image");
    expect(image.inputs).toMatchObject({
      imageName: "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/order-queue:0123456789ab",
      build: { context: "/source/service", dockerfile: "/source/service/Dockerfile", platform: "linux/amd64" },
    });
    expect(image.inputs.registry).toEqual({
      ...secret,
      value: {
        server: "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com",
        username: "AWS",
        password: "token",
      },
    });
    expect(inputsOf(resources, "aws:ecr/repository:Repository", "staging-registry")).toEqual({
      name: "order-queue",
      imageTagMutability: "IMMUTABLE",
      forceDelete: false,
      imageScanningConfiguration: { scanOnPush: true },
    });
    expect(digest).toBe(pushedDigest);
  });

  it("is kept while any of the last thousand, by number alone; what has no tag goes after 14 days", async () => {
    const { resources } = await registry();
    const policy = inputsOf(resources, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "staging-registry");
    expect(policy.repository).toBe("order-queue");
    const rules = JSON.parse(policy.policy).rules;
    expect(
      rules.map(({ selection, action }: { selection: object; action: object }) => ({ ...selection, ...action })),
    ).toEqual([
      { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14, type: "expire" },
      { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1000, type: "expire" },
    ]);
  });

  it("has replicas that are as the repository itself, each in its region, before anything is replicated to them", async () => {
    const { resources } = await registry();
    expect(inputsOf(resources, "aws:ecr/repository:Repository", "staging-registry-eu-west-1")).toEqual({
      ...inputsOf(resources, "aws:ecr/repository:Repository", "staging-registry"),
      region: "eu-west-1",
    });
    expect(the(resources, "aws:ecr/repository:Repository", "staging-registry-eu-west-1").protect).toBe(true);
    expect(inputsOf(resources, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "staging-registry-eu-west-1")).toEqual({
      ...inputsOf(resources, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "staging-registry"),
      region: "eu-west-1",
    });
    const type = "aws:ecr/replicationConfiguration:ReplicationConfiguration";
    expect(the(resources, type, "staging-registry").dependsOn).toEqual([
      "aws:ecr/repository:Repository staging-registry-eu-west-1",
    ]);
  });

  it("is replicated to the other regions before it is pushed", async () => {
    const { resources } = await registry();
    const type = "aws:ecr/replicationConfiguration:ReplicationConfiguration";
    expect(inputsOf(resources, type, "staging-registry")).toEqual({
      replicationConfiguration: {
        rules: [
          {
            destinations: [{ region: "eu-west-1", registryId: "123456789012" }],
            repositoryFilters: [{ filter: "order-queue", filterType: "PREFIX_MATCH" }],
          },
        ],
      },
    });
    expect(the(resources, "docker:index/image:Image", "staging-registry-image").dependsOn).toEqual([
      "aws:ecr/repository:Repository staging-registry",
      `${type} staging-registry`,
    ]);
  });

  it("that was built before is not registered, so that nothing is built or pushed again", async () => {
    const built = `sha256:${"7".repeat(64)}`;
    const { resources, digest } = await registry({ image: { digest: built } });
    expect(resources.map(({ type }) => type)).not.toContain("docker:index/image:Image");
    expect(digest).toBe(built);
  });
});
