import * as pulumi from "@pulumi/pulumi";

/**
 * Runs a program without an engine; `mocks` answers what AWS would. One run at a time: Pulumi keeps its settings in one
 * place for a whole process.
 */
export async function runMocked(
  stack: string,
  mocks: pulumi.runtime.Mocks,
  program: () => Promise<unknown>,
  { preview = false } = {},
): Promise<void> {
  await pulumi.runtime.setMocks(mocks, "order-queue", stack, preview, "organization");
  await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect();
}
