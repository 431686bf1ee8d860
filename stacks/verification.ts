/**
 * The checks that end every update, for whoever asks them apart from one.
 */
export { type Report, verify } from "../infra/verification-checks.ts";
