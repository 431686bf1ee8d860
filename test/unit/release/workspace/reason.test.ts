import { reason } from "../../../../release/workspace/reason.ts";

const report = `Updating (staging):

    pulumi-nodejs:dynamic/order-queue:Verification staging-verification creating (10s) error: Verification failed: after 10 s
Diagnostics:
  pulumi-nodejs:dynamic/order-queue:Verification (staging-verification):
    error: Verification failed: after 10 s 2 of 4 checks do not hold
      acme.staging.orderhub.example: expected 200, found 503
      synthetic order to staging.orderhub.example: expected 202, found 503

  pulumi:pulumi:Stack (order-queue-staging):
    error: update failed

Resources:
    1 unchanged
`;

test("what an update failed of is reported with all its lines, and without the rest of the engine's report", () => {
  expect(reason(new Error(report)).split("\n")).toEqual([
    "Verification failed: after 10 s 2 of 4 checks do not hold",
    "  acme.staging.orderhub.example: expected 200, found 503",
    "  synthetic order to staging.orderhub.example: expected 202, found 503",
  ]);
});

test("an exception of the program is reported by its message, without its stack", () => {
  const exception = [
    "Diagnostics:",
    "  pulumi:pulumi:Stack (order-queue-staging):",
    "    error: Running program '/stacks/index.ts' failed with an unhandled exception:",
    "    RunError: staging has no room",
    "        at program (/stacks/program.ts:1:1)",
  ].join("\n");
  expect(reason(exception)).toBe("staging has no room");
});

test("a report without an error is shown by its beginning", () => {
  expect(reason("one\n  two")).toBe("one\ntwo");
});

test("what the engine says in several lines as far in as the first is shown to its end, also what to do", () => {
  const refusal = [
    "@ previewing destroy....",
    "    pulumi:pulumi:Stack order-queue-prod-eu  error: preview failed",
    ' -  aws:sqs:Queue prod-eu-orders delete 1 error: Preview failed: resource "urn:orders" cannot be deleted',
    "Diagnostics:",
    "  aws:sqs:Queue (prod-eu-orders):",
    '    error: Preview failed: resource "urn:orders" cannot be deleted',
    "    because it is protected. To unprotect the resource, remove the `protect` flag, or use the command:",
    "    `pulumi state unprotect 'urn:orders'`",
    "",
    "  pulumi:pulumi:Stack (order-queue-prod-eu):",
    "    error: preview failed",
    "    warning: something else",
    "",
    "Resources:",
    "    - 149 to delete",
  ].join("\n");
  expect(reason(refusal)).toBe(
    [
      'Preview failed: resource "urn:orders" cannot be deleted',
      "  because it is protected. To unprotect the resource, remove the `protect` flag, or use the command:",
      "  `pulumi state unprotect 'urn:orders'`",
    ].join("\n"),
  );
});

test("a mistake of the program is reported with the place of the project's that made it", () => {
  const exception = [
    "    error: Running program '/stacks/index.ts' failed with an unhandled exception:",
    "    ReferenceError: name is not defined",
    "        at OutputImpl.apply (/app/node_modules/@pulumi/pulumi/output.js:1:1)",
    "        at createOrders (/app/infra/queue.ts:60:7)",
    "        at new Queue (/app/infra/queue.ts:38:7)",
  ].join("\n");
  expect(reason(exception)).toBe("name is not defined\n  at createOrders (/app/infra/queue.ts:60:7)");
});
