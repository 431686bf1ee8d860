/**
 * The gate: whether a stack may take a release. It is asked by the program itself, before anything is registered, so a
 * plain `pulumi up` obeys it as `order-queue release` does. Pure: everything it judges by is handed to it, and its
 * verdict says what it saw.
 */
import type { Commit } from "./commit.ts";
import { type FreezeSettings, type Frozen, freezeWords, frozenAt } from "./freeze.ts";
import { transitionBetween, verifiedAs } from "./ledger.ts";
import type { Records } from "./records.ts";
import type { StackEntry } from "./registry.ts";
import { type Settings, settingsFile } from "./settings.ts";

/** What is asked for: a release, for a stack that may be running another one. */
export interface GateRequest {
  readonly stack: StackEntry;
  readonly settings: Pick<Settings, "uncommitted" | "breakGlass"> & FreezeSettings;
  readonly release: string;
  readonly commit: Commit;
  /** What the stack and staging last said of themselves. */
  readonly records: Records;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Verdict {
  readonly allowed: boolean;
  /** What decided it. */
  readonly why: string;
  /** A command or edit that opens the gate, as an imperative; only where it is closed. */
  readonly fix?: string;
  /** The written reason, where glass was broken. */
  readonly brokenGlass?: string;
  /** The freeze that closes it. */
  readonly frozen?: Frozen;
}

const releaseCommand = "npx order-queue release";

/** The verdict on a release for a stack: allowed with the reason, or refused with the fix. */
export function decide({ stack, settings, release, commit: { dirty }, records, now }: GateRequest): Verdict {
  if (stack.role === "staging") return { allowed: true, why: "staging is where releases are verified first" };
  const { running, ledger: own } = records.own;
  const staging = records.staging.ledger;

  const { breakGlass } = settings;
  if (breakGlass?.release === release) {
    return { allowed: true, why: `glass is broken for release ${release}`, brokenGlass: breakGlass.reason };
  }
  const before = verifiedAs(own, release);
  const frozen = before ? undefined : frozenAt(settings, now);
  if (frozen) return closedBy(frozen, stack.name, release, settings.timeZone);
  if (dirty && !settings.uncommitted) {
    return {
      allowed: false,
      why: `release ${release} comes from uncommitted files`,
      fix: "commit them, or set uncommitted: true in the stack's settings if no store depends on the stack",
    };
  }
  if (before) return { allowed: true, why: `${stack.name} ran and verified release ${release} at ${before.at}` };

  const proved = verifiedAs(staging, release);
  if (!proved) return { allowed: false, why: `staging has not verified release ${release}`, fix: releaseCommand };
  if (running === undefined) return { allowed: true, why: `first deployment; staging verified it at ${proved.at}` };

  const rehearsal = transitionBetween(staging, running, release);
  if (rehearsal) {
    return { allowed: true, why: `staging rehearsed ${running} → ${release} at ${rehearsal.at}` };
  }
  if (settings.uncommitted && (dirty || verifiedAs(own, running)?.dirty)) {
    return { allowed: true, why: `staging verified it at ${proved.at}; uncommitted files cannot be rehearsed` };
  }
  return {
    allowed: false,
    why: `staging has verified release ${release} but not rehearsed the transition from ${running}, which ${stack.name} runs`,
    fix: releaseCommand,
  };
}

/** The verdict of a freeze. A release that the stack ran before passes it: that is how a rollback gets through. */
export function closedBy(frozen: Frozen, stack: string, release: string, timeZone: string): Verdict {
  const glass = `set order-queue:breakGlass in ${settingsFile(stack)} for release ${release}, with the reason`;
  return {
    allowed: false,
    why: freezeWords(frozen, timeZone),
    fix: `wait until then and run ${releaseCommand}, or ${glass}`,
    frozen,
  };
}
