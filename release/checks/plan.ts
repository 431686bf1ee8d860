import type { Check } from "./finding.ts";

/** The engine plans every stack. A stack that the policy pack refuses is a finding of `policy`. */
export const plan: Check = {
  name: "plan",
  judge: (planned) =>
    [...planned].flatMap(([stack, { error, violations }]) =>
      error === undefined || violations.length > 0
        ? []
        : [
            {
              check: plan.name,
              stack,
              message: `cannot be planned: ${error}`,
              fix: `correct what the error names, in the program or in Pulumi.${stack}.yaml`,
            },
          ],
    ),
};
