import { printFinding } from "../../../../release/checks/print.ts";
import type { Step } from "../../../../release/plan/graph.ts";
import { rollbackFindings } from "../../../../release/promotion/rollback-guards.ts";
import { plan, resource } from "../checks/plans.ts";

const QUEUE = "aws:sqs/queue:Queue";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const queue = resource(QUEUE, "prod-au-orders");
const certificate = resource(CERTIFICATE, "prod-au-store-shop");
const attached = resource("aws:lb/listenerCertificate:ListenerCertificate", "prod-au-store-shop");

const step = (op: Step["op"], { urn, type, name }: typeof queue): Step => ({
  ...{ op, urn, type, name, replacedBy: [], changed: [] },
});
const found = (...[steps, gone]: [Step[], (typeof queue)[]]) =>
  rollbackFindings("prod-au", plan([], { steps, gone })).map(printFinding);
const fix = "Fix: choose an update that has it: npx order-queue rollback prod-au --to UPDATE";

test("a rollback that would delete a protected resource or a certificate in use has findings", () => {
  const gone = [{ ...queue, protect: true }, certificate];
  expect(found([step("delete", queue), step("delete", certificate)], gone)).toEqual([
    `prod-au: ${QUEUE} prod-au-orders: is protected and would be deleted. ${fix}`,
    `prod-au: ${CERTIFICATE} prod-au-store-shop: is in use and would be deleted. ${fix}`,
  ]);
});

test("a rollback that would take a certificate from a listener has a finding of rollback", () => {
  expect(rollbackFindings("prod-au", plan([], { steps: [step("delete", attached)], gone: [attached] }))).toMatchObject([
    { check: "rollback", resource: `${attached.type} prod-au-store-shop`, message: "is in use and would be deleted" },
  ]);
});

test("a rollback that replaces a certificate, or deletes another resource, has none", () => {
  expect(found([step("replace", certificate), step("delete", queue)], [queue])).toEqual([]);
});
