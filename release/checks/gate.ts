import type { Check } from "./finding.ts";

/** The program's own gate would let an update of each stack pass (stacks/gate.ts). */
export const gate: Check = {
  name: "gate",
  judge: (planned) =>
    [...planned].flatMap(([stack, { observed }]) => {
      const verdict = observed?.verdict;
      return verdict?.fix === undefined ? [] : [{ check: gate.name, stack, message: verdict.why, fix: verdict.fix }];
    }),
  notes: (planned) =>
    [...planned].flatMap(([stack, { observed }]) =>
      observed?.verdict.allowed ? [`${stack}: open: ${observed.verdict.why}`] : [],
    ),
};
