import { EventField, type EventPattern, Match, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import type * as sns from "aws-cdk-lib/aws-sns";
import * as cdk from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Watched } from "./alarms";

interface Told {
  readonly description: string;
  readonly eventPattern: EventPattern;
  /** The text, having fields of the event in it, becomes an input transformer. */
  readonly sentence: string;
}

export class Events extends Construct {
  constructor(scope: Construct, id: string, watched: Watched, topic: sns.ITopic) {
    super(scope, id);
    const events: Record<string, Told> = {
      ContainerStopped: this.containerStopped(watched),
      DeploymentFailed: this.deploymentFailed(watched),
      DeploymentRolledBack: this.deploymentRolledBack(watched),
      CertificateTrouble: this.certificateTrouble(),
    };
    const { stackName } = cdk.Stack.of(this);
    for (const [rule, { sentence, ...props }] of Object.entries(events)) {
      const message = RuleTargetInput.fromText(`${stackName}: ${sentence}`);
      new Rule(this, rule, { ...props, targets: [new SnsTopic(topic, { message })] });
    }
  }

  private containerStopped({ cluster }: Watched): Told {
    const service = EventField.fromPath("$.detail.group");
    const reason = EventField.fromPath("$.detail.stoppedReason");
    const task = EventField.fromPath("$.detail.taskArn");
    return {
      description: "A container of this cluster stopped, other than by a deployment or scaling; stoppedReason says why",
      eventPattern: {
        source: ["aws.ecs"],
        detailType: ["ECS Task State Change"],
        detail: {
          clusterArn: [cluster.clusterArn],
          lastStatus: ["STOPPED"],
          stoppedReason: Match.anyOf(Match.anythingButPrefix("Scaling activity initiated by"), Match.doesNotExist()),
        },
      },
      sentence: `a container of ${service} stopped: ${reason}. Task ${task}.`,
    };
  }

  private deploymentFailed(watched: Watched): Told {
    const service = EventField.fromPath("$.resources[0]");
    const reason = EventField.fromPath("$.detail.reason");
    return {
      description: "A deployment in this cluster failed",
      eventPattern: this.deploymentPattern(watched, { eventName: ["SERVICE_DEPLOYMENT_FAILED"] }),
      sentence: `a deployment of ${service} failed: ${reason}.`,
    };
  }

  private deploymentRolledBack(watched: Watched): Told {
    const service = EventField.fromPath("$.resources[0]");
    const reason = EventField.fromPath("$.detail.reason");
    return {
      description: "ECS goes back to the deployment before one that failed",
      eventPattern: this.deploymentPattern(watched, {
        eventName: ["SERVICE_DEPLOYMENT_IN_PROGRESS"],
        reason: Match.prefix("ECS deployment circuit breaker: rolling back"),
      }),
      sentence: `${service} goes back: ${reason}`,
    };
  }

  private deploymentPattern({ cluster }: Watched, detail: Record<string, string[]>): EventPattern {
    const { region, account } = cdk.Stack.of(this);
    const services = `arn:aws:ecs:${region}:${account}:service/${cluster.clusterName}/`;
    return {
      source: ["aws.ecs"],
      detailType: ["ECS Deployment State Change"],
      resources: Match.prefix(services),
      detail,
    };
  }

  private certificateTrouble(): Told {
    const hostname = EventField.fromPath("$.detail.CommonName");
    const certificate = EventField.fromPath("$.resources[0]");
    return {
      description: "ACM cannot renew a certificate by itself, or one has expired or was revoked",
      eventPattern: {
        source: ["aws.acm"],
        detailType: ["ACM Certificate Renewal Action Required", "ACM Certificate Expired", "ACM Certificate Revoked"],
      },
      sentence:
        `${EventField.detailType}: ${hostname}, ${certificate}. ` +
        "See in ACM which validation record it misses, and publish it.",
    };
  }
}
