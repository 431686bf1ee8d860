/** One fault run against the system. */
import type { Base } from "./bed.ts";
import type { Fault } from "./fault.ts";
import { live } from "./live.ts";
import { type FaultResult, failed, type HarmlessResult, nothingMeasured } from "./result.ts";
import { passStages } from "./stages.ts";

/** @param baseline only what `pulumi preview` alone would say counts */
export async function putFault(base: Base, fault: Fault, baseline: boolean): Promise<FaultResult | HarmlessResult> {
  const started = performance.now();
  const result = await (fault.harmless ? tryHarmless : tryFault)(base, fault, baseline);
  return { ...result, seconds: Math.round((performance.now() - started) / 100) / 10 } as FaultResult | HarmlessResult;
}

type Result = Omit<FaultResult, "seconds"> | Omit<HarmlessResult, "seconds">;

async function tryFault(base: Base, fault: Fault, baseline: boolean): Promise<Result> {
  const { id } = fault;
  const none = { id, stage: null, caughtBy: null, ...nothingMeasured };
  try {
    if (fault.environment) {
      const measured = await live(base, fault);
      return { ...none, ...measured, stage: measured.detectedBy ? "production" : null };
    }
    const { caught, applied } = await passStages(base, fault, { baseline, throughout: false });
    if (caught) return { ...none, ...caught };
    const where =
      applied.length > 0 ? `it was in ${applied.join(", ")}` : "it names nothing that the program registers";
    return { ...none, evidence: `nothing stopped it; ${where}` };
  } catch (error) {
    return failed(fault, (error as Error).message);
  }
}

async function tryHarmless(base: Base, fault: Fault, baseline: boolean): Promise<Result> {
  try {
    const { caught, applied } = await passStages(base, fault, { baseline, throughout: true });
    if (caught) return { id: fault.id, stopped: caught.stage, evidence: caught.evidence };
    const changed = applied.length > 0 || fault.image !== undefined || fault.newStack !== undefined;
    if (!changed) return { id: fault.id, stopped: "types", evidence: "it names nothing that the program registers" };
    return {
      id: fault.id,
      stopped: null,
      evidence: `passed every stage; it was in ${applied.join(", ") || "the image"}`,
    };
  } catch (error) {
    return failed(fault, (error as Error).message);
  }
}
