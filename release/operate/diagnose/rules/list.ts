import type { Facts } from "../facts.ts";
import {
  accessDenied,
  cannotStart,
  crashLoop,
  healthChecksFail,
  imageGone,
  rolledBackByEcs,
  serviceMissing,
  stoppedManually,
  tooFewContainers,
} from "./containers.ts";
import { deadLetters, erpFails, queueGrows } from "./orders.ts";
import type { Cause, DiagnosisRule } from "./rule.ts";
import { alarm, nothingFound, unconfirmedSubscription, unread, updateFailed } from "./stack.ts";
import { certificateBroken, certificateExpires, hostUnreachable, recordMissing } from "./stores.ts";

/**
 * Every rule, the most likely first: what states its own reason, then what is missing or wrong, then what is only a symptom.
 */
const rules: Record<string, DiagnosisRule> = {
  "image-gone": imageGone,
  "cannot-start": cannotStart,
  "crash-loop": crashLoop,
  "health-checks-fail": healthChecksFail,
  "access-denied": accessDenied,
  "stopped-manually": stoppedManually,
  "service-missing": serviceMissing,
  "rolled-back-by-ecs": rolledBackByEcs,
  "certificate-broken": certificateBroken,
  "record-missing": recordMissing,
  "erp-fails": erpFails,
  "dead-letters": deadLetters,
  "queue-grows": queueGrows,
  "too-few-containers": tooFewContainers,
  "update-failed": updateFailed,
  "host-unreachable": hostUnreachable,
  alarm,
  "unconfirmed-subscription": unconfirmedSubscription,
  "certificate-expires": certificateExpires,
  unread,
};

/** The findings, the most likely cause first. Where nothing of the stack is found that is the only one: no other has its fix. */
export function causesOf(facts: Facts): Cause[] {
  const nothing = nothingFound(facts);
  if (nothing) return [{ kind: "nothing-found", ...nothing }];
  return Object.entries(rules).flatMap(([kind, rule]) => {
    const cause = rule(facts);
    return cause ? [{ kind, ...cause }] : [];
  });
}
