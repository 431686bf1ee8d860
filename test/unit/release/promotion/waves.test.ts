import { wavesOf } from "../../../../release/promotion/waves.ts";
import { stacks as registered, type StackEntry } from "../../../../stacks/registry.ts";
import { stacks } from "../fake/stacks.ts";

const names = (entries: readonly StackEntry[]) => wavesOf(entries).map((wave) => wave.map(({ name }) => name));

test("every production stack of the registry is in one wave", () => {
  const production = registered.filter(({ role }) => role === "production").map(({ name }) => name);
  expect(names(registered).flat().sort()).toEqual(production.sort());
});

test("prod-au is deployed first, then prod-eu", () => {
  expect(names(stacks)).toEqual([["prod-au"], ["prod-eu"]]);
});

test("waves are in the order of their numbers, each with its stacks in the registry's order", () => {
  const us: StackEntry = { name: "prod-us", role: "production", region: "us-east-1", wave: 1 };
  const uk: StackEntry = { name: "prod-uk", role: "production", region: "eu-west-2", wave: 10 };
  expect(names([uk, ...stacks, us])).toEqual([["prod-au", "prod-us"], ["prod-eu"], ["prod-uk"]]);
});
