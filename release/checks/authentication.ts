import type { Observed } from "../../stacks/program.ts";
import { settingsFile } from "../../stacks/settings.ts";
import type { Check, Finding } from "./finding.ts";

/** Every store's orders are signed. What it finds is a choice, or harms a new store alone: it stops no release. */
export const authentication: Check = {
  name: "authentication",
  judge: (planned) =>
    [...planned].flatMap(([stack, { observed }]) =>
      observed ? [...unsigned(stack, observed), ...withoutSecret(stack, observed)] : [],
    ),
};

function unsigned(stack: string, { settings }: Observed): Finding[] {
  return settings.stores.flatMap(({ name, unsigned }) => {
    if (unsigned === undefined) return [];
    const message = `any client can place orders of ${name}: unsigned, since ${unsigned}`;
    const fix = `run npx order-queue store-secret ${name} --stack ${stack} --yes, give the store its secret (docs/stores.md), then remove unsigned from ${settingsFile(stack)}`;
    return [{ check: authentication.name, stack, message, expected: "orders that are signed by the store", fix }];
  });
}

function withoutSecret(stack: string, observed: Observed): Finding[] {
  return (observed.withoutSecret ?? []).map((name) => ({
    ...{ check: authentication.name, stack, message: `${name} has no secret, and its orders will be answered 503` },
    expected: "a secret to sign them with",
    fix: `npx order-queue store-secret ${name} --stack ${stack} --yes`,
  }));
}
