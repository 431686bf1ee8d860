#!/usr/bin/env node
/**
 * The three stacks of this project once more, in AWS CDK: the same resources as infra/, the same stores as the
 * Pulumi.<stack>.yaml files. What `npm run bench` times `cdk synth` on.
 */
import * as cdk from "aws-cdk-lib/core";
import { OrderQueueStack } from "../lib/order-queue-stack";
import { readSettings } from "../lib/settings";

const app = new cdk.App();
for (const name of ["staging", "prod-au", "prod-eu"]) {
  const stack = new OrderQueueStack(app, name, readSettings(name));
  const resources = stack.node.findAll().filter((construct) => cdk.CfnResource.isCfnResource(construct));
  process.stderr.write(`${name}: ${resources.length} resources\n`);
}
