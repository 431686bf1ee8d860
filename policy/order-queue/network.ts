/** The ways out, as the settings ask for them. */
import { defaultRoutes } from "../fargate/network.ts";
import { stackRule } from "../rule.ts";

export const eachZoneHasItsNatGateway = stackRule({
  name: "network-zone-has-a-way-out-of-its-own",
  description:
    "Containers leave through the NAT gateway of their own zone, unless the settings want one for all: a lost zone takes no other's way out with it.",
  on: "aws:ecs/service:Service",
  check: (service, report, stack) => {
    const oneForAll = stack.all("order-queue:infra:Region").some(({ props }) => props.natPerZone === false);
    if (oneForAll) return;
    for (const subnet of service.refersTo("networkConfiguration", "aws:ec2/subnet:Subnet")) {
      const { availabilityZone } = subnet.props;
      const zones = defaultRoutes(subnet, stack)
        .flatMap((route) => route.refersTo("natGatewayId", "aws:ec2/natGateway:NatGateway"))
        .flatMap((nat) => nat.refersTo("subnetId", "aws:ec2/subnet:Subnet"))
        .map(({ props }) => props.availabilityZone);
      if (zones.some((zone) => zone !== availabilityZone)) {
        report(`containers in ${subnet.name} (${availabilityZone}) leave through ${zones.join(", ")}`);
      }
    }
  },
});
