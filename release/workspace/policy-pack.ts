import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** The policy pack could not be started, so nothing was judged: no verdict on the change. */
export class PolicyPackFailed extends Error {
  override readonly name = "PolicyPackFailed";

  /** @param root project folder; @param why what was said of it */
  constructor(root: string, why: string) {
    super(
      `${join(root, "policy")}: the policy pack could not be started, so no change was judged: ${why} ` +
        "Fix: correct the error in policy/, or run `npm ci` if a package is missing.",
    );
  }
}

/** How the engine says so (pulumi sdk/go/common/resource/plugin/analyzer_plugin.go, pkg/engine/update.go). */
const NOT_STARTED =
  /(policy pack "[^"]*" failed to start|could not start policy pack|policy pack not found|failed to load Pulumi policy project|the policy pack's dependencies are not installed).*/;

/** The error of a failed run whose policy pack could not be started; undefined where that is not the reason. */
export function packError(root: string, printed: string): PolicyPackFailed | undefined {
  const why = packFailure(printed);
  return why === undefined ? undefined : new PolicyPackFailed(root, `${why}.`);
}

/** Why the engine could not start the policy pack, by what a failed run printed; undefined where that is not the reason. */
export function packFailure(printed: string): string | undefined {
  return NOT_STARTED.exec(printed)?.[0];
}

/**
 * Whether the policy pack took part in a run that succeeded. The summary names it `order-queue`, a newer engine
 * `order-queue|local|FOLDER`, in a property that the engine writes in PascalCase and the SDK declares in camelCase.
 */
export function packJudged(events: readonly EngineEvent[]): boolean {
  return events.some(({ summaryEvent }) => {
    const { PolicyPacks = {} } = (summaryEvent ?? {}) as { PolicyPacks?: Record<string, string> };
    return Object.keys(PolicyPacks).some((name) => /^order-queue(\||$)/.test(name));
  });
}
