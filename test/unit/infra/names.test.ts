import { block, parseCidr, planZones } from "../../../infra/cidr.ts";
import { digestOf, imageByDigest, repositoryArn, taggedImage } from "../../../infra/names.ts";
import { freePriority, platformPriority, storePriority } from "../../../infra/priorities.ts";
import { cpuSizes, memorySizes } from "../../../infra/sizes.ts";

describe("addresses", () => {
  it("give each zone its place in the range", () => {
    expect(planZones("eu-west-1", "10.20.0.0/16", 3)).toEqual([
      { zone: "eu-west-1a", letter: "a", publicCidr: "10.20.128.0/24", privateCidr: "10.20.0.0/19" },
      { zone: "eu-west-1b", letter: "b", publicCidr: "10.20.129.0/24", privateCidr: "10.20.32.0/19" },
      { zone: "eu-west-1c", letter: "c", publicCidr: "10.20.130.0/24", privateCidr: "10.20.64.0/19" },
    ]);
  });

  it("do not move when a zone is added", () => {
    expect(planZones("eu-west-1", "10.0.0.0/16", 3).slice(0, 2)).toEqual(planZones("eu-west-1", "10.0.0.0/16", 2));
  });

  it.each([
    ["10.0.0.0/16", 3, 7, "10.0.224.0/19"],
    ["10.0.0.0/19", 8, 128, "10.0.16.0/27"],
    ["192.168.0.0/16", 0, 0, "192.168.0.0/16"],
  ])("are cut up exactly: %s by %i bits, number %i, is %s", (cidr, bits, index, result) => {
    expect(block(cidr, bits, index)).toBe(result);
  });

  it.each(["10.0.0.1/16", "10.0.0.0", "10.0.256.0/24", "10.0.0.0/33", "ten/16"])("refuse %s", (cidr) => {
    expect(() => parseCidr(cidr)).toThrow(
      `Expected an IPv4 range that starts at its network address, e.g. 10.0.0.0/16, got ${cidr}`,
    );
  });
});

describe("an image", () => {
  const address = { account: "123456789012", region: "eu-west-1" };

  it("is named by its digest where it runs, and by its release where it is pushed", () => {
    expect(imageByDigest(address, "sha256:ab")).toBe(
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/order-queue@sha256:ab",
    );
    expect(taggedImage(address, "0123456789ab")).toBe(
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/order-queue:0123456789ab",
    );
    expect(repositoryArn(address)).toBe("arn:aws:ecr:eu-west-1:123456789012:repository/order-queue");
  });

  it("has the digest that stands after the @", () => {
    const digest = `sha256:${"0f".repeat(32)}`;
    expect(digestOf(`123456789012.dkr.ecr.eu-west-1.amazonaws.com/order-queue@${digest}`)).toBe(digest);
  });

  it.each(["<none>@<none>", "order-queue:latest", "order-queue@sha256:0f", ""])(
    "is refused without one: %j",
    (text) => {
      expect(() => digestOf(text)).toThrow(`The pushed image has no digest: got ${JSON.stringify(text)}`);
    },
  );
});

describe("a rule's priority", () => {
  it("comes from the store's name alone", () => {
    expect(["acme", "bluegum", "harbourside", "lindgren", "tulipan"].map(storePriority)).toEqual([
      38_357, 42_803, 47_554, 2_890, 10_834,
    ]);
  });

  it("is after the platform's and within AWS's range, for any name", () => {
    const priorities = Array.from({ length: 1000 }, (_, index) => storePriority(`store-${index}`));
    expect(Math.min(...priorities)).toBeGreaterThan(platformPriority);
    expect(Math.max(...priorities)).toBeLessThan(50_000);
  });

  it("that is taken is the next one that is not, and after the last the first", () => {
    expect(storePriority("store-33109")).toBe(storePriority("acme"));
    expect(freePriority("acme", new Set())).toBe(38_357);
    expect(freePriority("acme", new Set([38_357, 38_358]))).toBe(38_359);
    const upToTheLast = Array.from({ length: 50_000 - 38_357 }, (_, index) => 38_357 + index);
    expect(freePriority("acme", new Set(upToTheLast))).toBe(1_000);
  });
});

describe("Fargate", () => {
  it("has seven sizes of CPU", () => {
    expect(cpuSizes).toEqual([256, 512, 1024, 2048, 4096, 8192, 16_384]);
  });

  it.each([
    [256, [512, 1024, 2048]],
    [512, [1024, 2048, 3072, 4096]],
    [1024, [2048, 3072, 4096, 5120, 6144, 7168, 8192]],
    [8192, [16_384, 20_480, 24_576, 28_672, 32_768, 36_864, 40_960, 45_056, 49_152, 53_248, 57_344, 61_440]],
    [300, []],
  ])("has for %i CPU units the memory sizes %j", (cpu, memories) => {
    expect(memorySizes(cpu)).toEqual(memories);
  });
});
