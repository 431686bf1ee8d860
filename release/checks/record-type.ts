import { dnsName } from "../plan/dns-name.ts";
import { type Check, stackCheck } from "./finding.ts";

const record = "aws:route53/record:Record";

/** No live name changes its record's type: the old record is deleted first, and resolvers keep that the name does not exist. */
export const recordKeepsItsType: Check = stackCheck("record-keeps-its-type", ({ resources, gone }) => {
  const live = [...resources, ...gone].filter(({ type, outputs }) => type === record && outputs.type !== undefined);
  return resources.flatMap(({ type, urn, name, inputs }) => {
    if (type !== record) return [];
    const other = live.find(
      ({ outputs, ...one }) =>
        dnsName(String(outputs.name)) === dnsName(String(inputs.name)) &&
        outputs.zoneId === inputs.zoneId &&
        outputs.type !== inputs.type &&
        // A CNAME stands beside no other record of its name; others may (RFC 1034, 3.6.2).
        (one.urn === urn || [outputs.type, inputs.type].includes("CNAME")),
    );
    if (!other) return [];
    return [
      {
        resource: name,
        message: `${inputs.name} is a live ${other.outputs.type} record and would be ${inputs.type}: meanwhile the name does not resolve`,
        fix: "keep the type, or serve a new name first and move its users there",
      },
    ];
  });
});
