import { readFileSync } from "node:fs";
import type { Released } from "../../release/release.ts";
import { makeDeployedProject, type Project, releasedIn } from "./project.ts";

let project: Project;
const minutes = 120_000;

describe("a bad release", () => {
  beforeAll(async () => {
    project = await makeDeployedProject();
    for (const stack of ["staging", "prod-au", "prod-eu"])
      project.edit(`Pulumi.${stack}.yaml`, "config:", 'config:\n  order-queue:verificationSeconds: "10"');
    project.commit("what fails is not waited for as long as at AWS");
  }, 5 * minutes);
  afterAll(() => project.remove(), minutes);
  afterEach(() => {
    project.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  test(
    "whose certificates have other names is refused while nothing is touched",
    async () => {
      const before = await histories();
      project.edit("infra/certificates.ts", "domainName: hostname", "domainName: 'www.' + hostname");
      project.commit("certificates of other names");
      const { stopped, stages } = await released();
      expect(stopped).toEqual({
        stack: "staging",
        by: "policy",
        why: expect.stringContaining("certificate-covers-routed-host"),
      });
      expect(stages).toEqual([]);
      expect(await histories()).toEqual(before);
    },
    3 * minutes,
  );

  test(
    "that loses a validation record is stopped and undone in staging; production is not touched",
    async () => {
      const [, ...production] = await histories();
      project.edit("infra/certificates.ts", "records: [option.resourceRecordValue]", "records: ['gone.' + of]");
      project.commit("validation records that prove nothing");
      const { stopped, stages } = await released();
      expect(stopped).toEqual({
        stack: "staging",
        by: "verification",
        why: expect.stringContaining("expected the DNS record"),
      });
      expect(stages).toMatchObject([{ stack: "staging", what: "rolled back" }]);
      expect((await histories()).slice(1)).toEqual(production);
      expect(await project.orderQueue("verify", "staging")).toMatch(/^staging is what its last update says\.$/m);
    },
    4 * minutes,
  );

  test(
    "that passes staging but fails in prod-au is rolled back there and never reaches prod-eu",
    async () => {
      const [, , eu] = await histories();
      const running = await releaseOf("prod-au");
      project.edit(
        "service/main.ts",
        /^/,
        'if (process.env.PLATFORM_DOMAIN === "au.orderhub.example") throw new Error("no orders from AU");\n',
      );
      project.commit("a release that AU cannot run");
      const { stopped, stages } = await released();
      expect(stages.map(({ stack, what }) => `${stack} ${what}`)).toEqual(["staging rehearsed", "prod-au rolled back"]);
      expect(stopped?.stack).toBe("prod-au");
      expect(await releaseOf("prod-au")).toBe(running);
      expect((await histories())[2]).toEqual(eu);
      expect(await project.orderQueue("verify", "prod-au")).toMatch(/^prod-au is what its last update says\.$/m);
    },
    6 * minutes,
  );
});

/** What `order-queue release` came to, also where it ended with 1. */
async function released(): Promise<Released> {
  const file = releasedIn(project.folder);
  await project.orderQueue("release", "--json", file).catch(() => {});
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Message and result of every update, by stack. */
function histories(): Promise<unknown[]> {
  return Promise.all(
    ["staging", "prod-au", "prod-eu"].map(async (stack) =>
      JSON.parse(await project.pulumi("stack", "history", "--stack", stack, "--json")).map(
        (update: { message: string; result: string }) => [update.message, update.result],
      ),
    ),
  );
}

async function releaseOf(stack: string): Promise<string> {
  return project.pulumi("stack", "output", "release", "--stack", stack);
}
