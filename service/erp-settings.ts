/** What a store's ERP may need beside its URL, as STORE_ERP_RULES has it. */
import { z } from "zod";

const LONGEST_PATTERN = 200;
const SEQUENCE_EXPECTED = "sequenceMinutes: a whole number of minutes from 1 to 2880";
const STATUSES_EXPECTED = "retryStatuses: a list of up to 10 statuses from 400 to 499";
const SUCCESS_EXPECTED = `success: pointer (a JSON pointer, e.g. /ok) and equals, or pattern (a regular expression of up to ${LONGEST_PATTERN} characters)`;
const RULES_EXPECTED = "an object with success, retryStatuses or sequenceMinutes";

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return pattern.length > 0 && pattern.length <= LONGEST_PATTERN;
  } catch {
    return false;
  }
}

/** RFC 6901, 3. */
const POINTER = /^(\/([^~]|~[01])*)*$/;

const error = SUCCESS_EXPECTED;
const success = z.union(
  [
    z.strictObject({
      pointer: z.string({ error }).regex(POINTER, { error }),
      equals: z.union([z.string(), z.number(), z.boolean()], { error }),
    }),
    z.strictObject({ pattern: z.string({ error }).refine(isPattern, { error }) }),
  ],
  { error },
);

const status = z
  .int({ error: STATUSES_EXPECTED })
  .min(400, { error: STATUSES_EXPECTED })
  .max(499, { error: STATUSES_EXPECTED });
const minutes = z
  .int({ error: SEQUENCE_EXPECTED })
  .min(1, { error: SEQUENCE_EXPECTED })
  .max(2_880, { error: SEQUENCE_EXPECTED });

export const erpRules = z.strictObject(
  {
    success: success.optional(),
    retryStatuses: z.array(status, { error: STATUSES_EXPECTED }).max(10, { error: STATUSES_EXPECTED }).optional(),
    sequenceMinutes: minutes.optional(),
  },
  { error: RULES_EXPECTED },
);

/** Credentials in a URL would be in every message that names it. */
export function hasCredentials({ username, password }: URL): boolean {
  return `${username}${password}` !== "";
}

/** A text in which no URL shows its credentials. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/@\s"]*@/g, "//[not shown]@");
}
