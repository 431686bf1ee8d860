import { dangling } from "../../../../release/checks/dangling.ts";
import { plan, plansOf, resource } from "./plans.ts";

const gateway = { ...resource("aws:ec2/natGateway:NatGateway", "nat-b"), id: "nat-0123456789" };
const route = resource("aws:ec2/route:Route", "private-b", { natGatewayId: "nat-0123456789" });

test("a route to a NAT gateway that the update deletes is found", () => {
  expect(dangling.judge(plansOf(["prod-au", plan([route], { gone: [gateway] })]))).toEqual([
    {
      check: "dangling",
      stack: "prod-au",
      resource: "private-b",
      message: "names the NatGateway nat-b (nat-0123456789), which would be deleted",
      fix: "take it from a resource that stays, or keep nat-b",
    },
  ]);
});

test("a route that is deleted with its gateway is accepted, and an id that another resource has too", () => {
  expect(dangling.judge(plansOf(["prod-au", plan([], { gone: [gateway, route] })]))).toEqual([]);
  const successor = { ...resource("aws:ec2/natGateway:NatGateway", "nat-c"), id: "nat-0123456789" };
  expect(dangling.judge(plansOf(["prod-au", plan([route, successor], { gone: [gateway] })]))).toEqual([]);
});
