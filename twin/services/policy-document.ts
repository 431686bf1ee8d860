import { z } from "zod";
import { isUnknown } from "../pulumi/values.ts";

/** A policy of IAM as JSON: a role's, a topic's, a queue's or a bucket's. */
export const policyDocument = z.string().refine((text) => {
  if (isUnknown(text)) return true;
  try {
    return Array.isArray(JSON.parse(text).Statement);
  } catch {
    return false;
  }
}, "expected a JSON policy document with a list of Statements");
