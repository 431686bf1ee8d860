import { z } from "zod";
import { parseCidr } from "../../core/cidr.ts";
import { isUnknown } from "../../pulumi/values.ts";

export const cidr = z
  .string()
  .refine(
    (text) => isUnknown(text) || parseCidr(text) !== undefined,
    "expected an IPv4 CIDR block such as 10.0.0.0/16",
  );
