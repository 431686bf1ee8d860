/**
 * The checks that end every update, for commands that run them without an update.
 */
export { type Report, verify } from "../infra/verification-checks.ts";
