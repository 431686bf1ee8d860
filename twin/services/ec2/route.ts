import { z } from "zod";
import { must, type ResourceType, regional } from "../../pulumi/define.ts";
import { cidr } from "./cidr-block.ts";
import { tokens } from "./tokens.ts";

const destinations = ["destinationCidrBlock"];
const targets = ["gatewayId", "natGatewayId"];

export const route: ResourceType = {
  token: tokens.route,
  scope: "regional",
  inputs: regional({
    routeTableId: z.string(),
    destinationCidrBlock: cidr,
    gatewayId: z.string().optional(),
    natGatewayId: z.string().optional(),
  }),
  computed: ["instanceId", "instanceOwnerId", "origin", "state"],
  replaces: ["routeTableId", ...destinations],
  check: (inputs) =>
    targets.filter((t) => inputs[t] !== undefined).length === 1
      ? []
      : [{ property: "gatewayId", reason: `one of ${targets.join(", ")} must be specified` }],
  create: (inputs, call) => {
    must(call, tokens.routeTable, inputs.routeTableId, "InvalidRouteTableID.NotFound", "routeTable");
    if (inputs.gatewayId) must(call, tokens.internetGateway, inputs.gatewayId, "InvalidGatewayID.NotFound", "gateway");
    if (inputs.natGatewayId)
      must(call, tokens.natGateway, inputs.natGatewayId, "InvalidNatGatewayID.NotFound", "natGateway");
    const id = `r-${inputs.routeTableId}${[...inputs.destinationCidrBlock].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 0)}`;
    if (call.store.get(tokens.route, id, call.region))
      throw new Error(
        `api error RouteAlreadyExists: The route identified by ${inputs.destinationCidrBlock} already exists.`,
      );
    return { id, outputs: { instanceId: "", instanceOwnerId: "", origin: "CreateRoute", state: "active" } };
  },
  update: () => ({}),
};
