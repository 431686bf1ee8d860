import { authentication } from "../../../../release/checks/authentication.ts";
import type { Observed } from "../../../../stacks/program.ts";
import { plannedAs } from "./plans.ts";

const observed = {
  settings: { stores: [{ name: "acme", unsigned: "its platform cannot sign" }, { name: "bluegum" }, { name: "new" }] },
  withoutSecret: ["new"],
} as unknown as Observed;

test("an unsigned store and a store without a secret are findings, each with its fix; a store that signs is none", () => {
  const planned = new Map([
    ["prod-au", plannedAs({ observed })],
    ["prod-eu", plannedAs({ error: "no zone" })],
  ]);
  expect(authentication.judge(planned)).toEqual([
    {
      ...{ check: "authentication", stack: "prod-au" },
      message: "any client can place orders of acme: unsigned, since its platform cannot sign",
      expected: "orders that are signed by the store",
      fix:
        "run npx order-queue store-secret acme --stack prod-au --yes, give the store its secret (docs/stores.md), " +
        "then remove unsigned from Pulumi.prod-au.yaml",
    },
    {
      ...{
        check: "authentication",
        stack: "prod-au",
        message: "new has no secret, and its orders will be answered 503",
      },
      expected: "a secret to sign them with",
      fix: "npx order-queue store-secret new --stack prod-au --yes",
    },
  ]);
});
