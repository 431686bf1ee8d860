import { z } from "zod";
import { arn, ec2Id } from "../../core/ids.ts";
import { type ResourceType, tagged, tagsAll } from "../../pulumi/define.ts";
import { refuseBeyond } from "./refusals.ts";
import { tokens } from "./tokens.ts";

/** What an address has of whatever it is associated with: nothing when it is made. */
const ofAnAssociation = ["associationId", "carrierIp", "customerOwnedIp", "privateDns", "privateIp", "ptrRecord"];

export const eip: ResourceType = {
  token: tokens.eip,
  scope: "regional",
  inputs: tagged({ domain: z.enum(["vpc", "standard"]) }),
  computed: ["allocationId", "arn", "publicDns", "publicIp", ...ofAnAssociation, "tagsAll"],
  replaces: ["domain"],
  create: (inputs, call) => {
    const used = call.store.list(tokens.eip, call.region);
    refuseBeyond(5, used.length, "AddressLimitExceeded", "EIP");
    const id = ec2Id("eipalloc");
    // 203.0.113.0/24 is for documentation (RFC 5737).
    const publicIp = `203.0.113.${1 + Math.max(0, ...used.map((e) => Number(e.outputs.publicIp.split(".")[3])))}`;
    return {
      id,
      outputs: {
        allocationId: id,
        arn: arn("ec2", call, `elastic-ip/${id}`),
        publicIp,
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${call.region}.compute.amazonaws.com`,
        ...Object.fromEntries(ofAnAssociation.map((property) => [property, ""])),
        ...tagsAll(inputs, call),
      },
    };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
  delete: (id, _state, call) => {
    if (call.store.list(tokens.natGateway, call.region).some((n) => n.inputs.allocationId === id))
      throw new Error(`api error InvalidIPAddress.InUse: Address with allocation ID '${id}' is in use.`);
  },
};
