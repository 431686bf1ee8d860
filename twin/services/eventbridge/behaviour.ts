import type { Log } from "../../core/log.ts";
import type { Properties, Resource } from "../../core/store.ts";
import type { View } from "../../core/view.ts";
import type { AwsEvent, Notifications } from "../ports.ts";
import { matches } from "./pattern.ts";

/**
 * The default event bus of every region. Rules see an event the moment it is sent. A target whose policy does not let
 * EventBridge gets nothing, and only the metric FailedInvocations tells. To a topic EventBridge sends no condition keys
 * along, so a policy with conditions does not let it (eventbridge/latest/userguide/eb-use-resource-based.html, SNS permissions).
 * What makes no valid JSON is not delivered either. What fails goes to the target's dead-letter queue, and only what does not get
 * there counts as FailedInvocations (eventbridge/latest/userguide/eb-monitoring.html).
 * Not modelled: other buses, schedules, archives, retries, templates of several quoted lines, targets other than SNS topics and SQS queues.
 */
export class EventBus {
  /** Deliveries that failed since the twin's start, by the rule's ARN. */
  readonly failed = new Map<string, number>();
  readonly #view: View;
  readonly #sns: Notifications;
  readonly #log: Log;

  constructor(view: View, sns: Notifications, log: Log) {
    this.#view = view;
    this.#sns = sns;
    this.#log = log;
  }

  put(event: AwsEvent): void {
    for (const rule of this.#view.list("aws:cloudwatch/eventRule:EventRule", event.region)) {
      try {
        if (listens(rule, event)) void this.#deliver(rule, event).catch((error) => this.#couldNot(rule, error));
      } catch (error) {
        this.#couldNot(rule, error);
      }
    }
  }

  #couldNot(rule: Resource, error: unknown): void {
    this.#log("an event rule could not act", { rule: rule.outputs.name, error: String(error) });
  }

  async #deliver(rule: Resource, event: AwsEvent): Promise<void> {
    const targets = this.#view
      .list("aws:cloudwatch/eventTarget:EventTarget", event.region)
      .filter((target) => target.outputs.rule === rule.outputs.name);
    const { arn } = rule.outputs;
    const send = (to: string, message: string) => {
      const context: Record<string, string> = to.startsWith("arn:aws:sqs:") ? { "aws:SourceArn": arn } : {};
      return this.#sns.deliver(to, undefined, message, { service: "events.amazonaws.com", context });
    };
    for (const { outputs } of targets) {
      const message = content(outputs, event);
      if (message === undefined) this.#log("an event was not delivered", { rule: arn, reason: "invalid JSON" });
      else if (await send(outputs.arn, message)) continue;
      const dead: string | undefined = outputs.deadLetterConfig?.arn;
      if (dead !== undefined && (await send(dead, JSON.stringify(event)))) continue;
      this.failed.set(arn, (this.failed.get(arn) ?? 0) + 1);
    }
  }
}

function listens({ outputs }: Resource, event: AwsEvent): boolean {
  const enabled = (outputs.state ?? "ENABLED") !== "DISABLED" && outputs.isEnabled !== false;
  return enabled && Boolean(outputs.eventPattern) && matches(JSON.parse(outputs.eventPattern), event);
}

/** What the target gets: the event, a part of it, a constant, or the transformer's template filled in; undefined where that is no JSON. */
function content(target: Properties, event: AwsEvent): string | undefined {
  if (target.input) return target.input;
  if (target.inputPath) return JSON.stringify(at(event, target.inputPath) ?? null);
  const transformer: Properties | undefined = target.inputTransformer;
  if (!transformer) return JSON.stringify(event);
  const paths: Record<string, string> = transformer.inputPaths ?? {};
  const values = Object.entries(paths).map(([name, path]) => [name, at(event, path)] as const);
  return fill(transformer.inputTemplate, Object.fromEntries(values));
}

/**
 * `<name>` stands for a value: outside quotes as JSON, inside quotes as it is, which EventBridge does not escape. A template
 * that is one quoted string is delivered without its quotes
 * (eventbridge/latest/userguide/eb-transform-target-input.html, "Common issues with transforming input").
 */
function fill(template: string, values: Properties): string | undefined {
  let quoted = false;
  const filled = template.replace(/\\.|"|<([\w.-]+)>/g, (match, name: string | undefined) => {
    if (match === '"') quoted = !quoted;
    if (name === undefined || !(name in values)) return match;
    const value: unknown = values[name];
    if (value === undefined) return "";
    return quoted && typeof value === "string" ? value : JSON.stringify(value);
  });
  try {
    const parsed: unknown = JSON.parse(filled);
    return typeof parsed === "string" ? parsed : filled;
  } catch {
    return undefined;
  }
}

/** `$.detail.containers[0].exitCode`. */
function at(event: unknown, path: string): unknown {
  if (!path.startsWith("$")) throw new Error(`Input path ${path} does not begin with $`);
  const steps = path.slice(1).match(/[^.[\]]+/g) ?? [];
  return steps.reduce<unknown>((value, step) => (value as Properties | undefined)?.[step], event);
}
