/**
 * What an alarm notification is sent for: containers below their number, containers that stopped, deployments that failed,
 * stores that get errors, orders that are not delivered, that wait or were given up, synthetic orders that do not come
 * back, certificates in trouble.
 */
import * as pulumi from "@pulumi/pulumi";
import { createAlarms, type Watched } from "./alarms.ts";
import { createDashboard } from "./dashboard.ts";
import { createDeliveryMetric } from "./deliveries.ts";
import { createEventRules } from "./events.ts";
import { createSyntheticMetrics } from "./synthetic.ts";

export interface MonitoringArgs extends Watched {
  readonly account: string;
  readonly region: string;
  /** Where notifications are sent. */
  readonly alarmTopicArn: pulumi.Input<string>;
}

/** Event rules, metrics, alarms and dashboard of a region. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Monitoring", name, {}, opts);

    const events = createEventRules(name, args, args.alarmTopicArn, this);
    createSyntheticMetrics(name, args.containers.canaryLogName, this);
    createDeliveryMetric(name, args.containers.dispatchLogName, this);
    const alarms = createAlarms(name, args, events, args.alarmTopicArn, this);
    createDashboard(name, args, alarms, this);
    this.registerOutputs();
  }
}
