/** What the engine's process for dynamic resources calls for the Verification of a stack. */
import { type Expected, type Report, verify } from "./verification-checks.ts";

/** What should be found, and when the program asked: each update asks again, a refresh does not. */
export interface Question extends Expected {
  /** ISO 8601. */
  readonly asked: string;
}

/** Runs the checks of a first update. @throws Error that names each check that does not hold */
export async function create(question: Question) {
  return { id: "verification", outs: await answered(question) };
}

/** Runs the checks of a further update. @throws Error that names each check that does not hold */
export async function update(_id: string, _before: unknown, question: Question) {
  return { outs: await answered(question) };
}

async function answered(question: Question): Promise<Question & { report: Report }> {
  return { ...question, report: await verify(question) };
}
