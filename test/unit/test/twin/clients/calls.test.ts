import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { services } from "../../../../../twin/services/apis.ts";

const folder = join(import.meta.dirname, "../../../../twin/clients/calls");
const calls: { aws: string; refused?: string }[] = readdirSync(folder).flatMap((file) =>
  JSON.parse(readFileSync(join(folder, file), "utf8")),
);

/** What AWS CLI calls a service that a signature names otherwise. */
const cliNames: Record<string, string> = {
  monitoring: "cloudwatch",
  elasticloadbalancing: "elbv2",
  servicequotas: "service-quotas",
};

describe("the calls that AWS CLI makes of the twin", () => {
  it("are 116 or more, each listed once", () => {
    expect(new Set(calls.map(({ aws }) => aws)).size).toBe(calls.length);
    expect(calls.length).toBeGreaterThanOrEqual(116);
  });

  it.each(services.map(({ name }) => cliNames[name] ?? name))(
    "have ones of %s that it answers and that it refuses",
    (name) => {
      const own = calls.filter(({ aws }) => aws.startsWith(`${name} `));
      expect(own.length).toBeGreaterThan(0);
      if (name !== "sts") expect(own.some(({ refused }) => refused !== undefined)).toBe(true);
      expect(own.some(({ refused }) => refused === undefined)).toBe(true);
    },
  );
});
