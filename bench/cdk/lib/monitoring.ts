import type * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarms, type Watched } from "./monitoring/alarms";
import { createDashboard } from "./monitoring/dashboard";
import { Events } from "./monitoring/events";

export interface MonitoringProps extends Watched {
  readonly topic: sns.ITopic;
}

export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { topic, ...watched }: MonitoringProps) {
    super(scope, id);
    new Events(this, "Events", watched, topic);
    const alarms = new Alarms(this, "Alarms", watched, topic);
    createDashboard(this, "Dashboard", watched, alarms.all);
  }
}
