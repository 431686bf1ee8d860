import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ListHostedZonesByNameCommand, Route53Client } from "@aws-sdk/client-route-53";
import { Control } from "../../../drills/control.ts";
import { enterStack } from "../../../drills/faults/new-stack.ts";
import { type Local, startLocal } from "../../../drills/local.ts";
import { clientSettings } from "../../../release/workspace/aws.ts";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "order-queue-twin-test-"));
let local: Local;

/** A copy of the project in which prod-us is entered, its domain still that of the stack that it is like. */
beforeAll(async () => {
  const project = join(folder, "project");
  for (const name of ["infra", "stacks", "package.json", ...globSync("Pulumi.*.yaml", { cwd: root })])
    cpSync(join(root, name), join(project, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  enterStack(project, { name: "prod-us", region: "us-east-1", like: "prod-eu" });
  local = await startLocal(join(folder, "state"), () => {}, { project, containers: "processes" });
});

afterAll(async () => {
  await local?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("the boundary that is a manual prerequisite allows the roles of a stack that only the project's registry has", async () => {
  const policies = await new Control(local.twin.api).findResources("aws:iam/policy:Policy");
  const boundary = policies.find(({ id }) => id === "arn:aws:iam::123456789012:policy/order-queue-boundary");
  expect(boundary?.outputs.policy).toContain("arn:aws:sqs:us-east-1:123456789012:prod-us-*");
});

test("a zone that two stack files name is there once: of two the program's lookup would take neither", async () => {
  const route53 = new Route53Client(clientSettings(local.location, "us-east-1", "ROUTE_53"));
  const { HostedZones = [] } = await route53.send(new ListHostedZonesByNameCommand({}));
  expect(HostedZones.map(({ Name }) => Name)).toEqual([
    "au.orderhub.example.",
    "eu.orderhub.example.",
    "staging.orderhub.example.",
  ]);
});
