import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTwin } from "../../../twin/start.ts";

const { npm_config_registry: before } = process.env;
const directory = mkdtempSync(join(tmpdir(), "order-queue-operator-"));

afterAll(() => {
  if (before === undefined) delete process.env.npm_config_registry;
  else process.env.npm_config_registry = before;
  rmSync(directory, { recursive: true, force: true });
});

test("an operator's shell asks npm's registry itself, and everything else beyond this machine through the twin", async () => {
  process.env.npm_config_registry = "https://npm.acme.example:8443/packages/";
  const twin = await startTwin({ directory, account: "123456789012", zones: [], containers: "processes" });
  try {
    const { HTTPS_PROXY, NO_PROXY } = twin.handshake.environment;
    expect(HTTPS_PROXY).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(NO_PROXY).toBe("127.0.0.1,localhost,npm.acme.example");
  } finally {
    await twin.close();
  }
});
