import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeProject, type Project } from "../drills/project.ts";

let project: Project;

/** Each test goes on from the one before. */
describe("the pack on the real engine", () => {
  beforeAll(async () => {
    project = await makeProject();
    await project.pulumi("stack", "init", "staging");
  }, 180_000);
  afterAll(() => project.remove(), 180_000);

  const withPack = (...command: string[]) => project.pulumi(...command, "-s", "staging", "--policy-pack", "policy");

  test("a preview of nothing yet, and the first update, pass", async () => {
    expect(await withPack("preview")).toMatch(/✅ order-queue@v/);
    expect(await withPack("up", "--yes")).toMatch(/✅ order-queue@v/);
  }, 180_000);

  test("a preview with a wildcard, and with a certificate before its validation, is refused with both", async () => {
    project.edit(
      "infra/roles.ts",
      'Action: ["sqs:SendMessage"], Resource: queue.orders.arn',
      'Action: ["sqs:*"], Resource: "*"',
    );
    project.edit("infra/certificates.ts", "return certificateArn;", "return certificate.arn;");
    const said = await withPack("preview").then(
      () => "passed",
      (error: Error) => error.message,
    );
    expect(said).toContain("allows the action sqs:*; name each action that is called");
    expect(said).toContain("take certificateArn from the CertificateValidation, not from the certificate or a literal");
  }, 180_000);

  test("order-queue preview names policy as what refuses it", async () => {
    const file = join(project.folder, ".order-queue", "preview.json");
    await expect(project.orderQueue("preview", "--json", file)).rejects.toThrow("ended with 1");
    const { stacks } = JSON.parse(readFileSync(file, "utf8"));
    expect(stacks.staging.error).toMatch(/^refused by policy, \d+ violations$/);
  }, 180_000);

  test("a pack that cannot be loaded is an error of its own, and no verdict on the change", async () => {
    project.edit("policy/pack.ts", "import", 'import "./nowhere.ts";\nimport');
    const reason = /Cannot find module '.*nowhere.ts' imported from .*pack.ts/;
    const own = /policy: the policy pack could not be started, so no change was judged: Cannot find module/;
    await Promise.all([
      expect(withPack("preview")).rejects.toThrow(reason),
      expect(project.orderQueue("preview")).rejects.toThrow(own),
    ]);
  }, 180_000);
});
