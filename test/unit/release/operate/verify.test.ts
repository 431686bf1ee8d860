import { verifyStack } from "../../../../release/operate/verify.ts";
import { NotDeployed } from "../../../../release/plan/deployed.ts";
import { FakeBackend } from "../fake/backend.ts";
import { FakeProcess } from "../fake/engine.ts";

test("a stack that is not deployed cannot be verified", async () => {
  const { workspace } = new FakeProcess(new FakeBackend());
  await expect(verifyStack(workspace, "prod-au")).rejects.toThrow(new NotDeployed("prod-au"));
});
