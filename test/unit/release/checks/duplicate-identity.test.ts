import { duplicateIdentity } from "../../../../release/checks/duplicate-identity.ts";
import { plan, plansOf, record } from "./plans.ts";

test("two logical names for one object at AWS are found, two objects are not", () => {
  const plans = plansOf([
    "prod-au",
    plan([record("a", "shop.example"), record("b", "Shop.example."), record("c", "other.example")]),
  ]);
  expect(duplicateIdentity.judge(plans)).toEqual([
    {
      check: "duplicate-identity",
      stack: "prod-au",
      resource: "b",
      message: "is the same AWS Record as a: the second create fails or overwrites the first",
      fix: "remove one, or change what identifies it",
    },
  ]);
});
