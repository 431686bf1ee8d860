import { violations } from "../../../../../twin/services/bounds/bound.ts";
import { rows } from "../../../../../twin/services/bounds/bounded.ts";
import { storeOf } from "../../../infra/mocks.ts";
import { args, region } from "../../../infra/test-region.ts";

test("every value that the program gives a resource is within AWS's bounds", async () => {
  const own = storeOf("bluegum", "bluegum.example", { kind: "own", hostname: "shop.bluegum.example" });
  const secretArn = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:order-queue/acme-AbCdEf";
  const aliases = ["www.au.orderhub.example"];
  const stores = [storeOf("acme", args.domain, { aliases }), own, { ...own, name: "new", kind: "pending" as const }];
  const resources = await region({ stores, erpCredentials: [{ store: "acme", secretArn }] });
  const outside = resources.flatMap(({ type, name, inputs }) =>
    violations(rows[type]?.bounds ?? {}, inputs)
      // The provider chooses names and defaults later; an ARN in capitals is the mocks'.
      .filter(({ value }) => value !== undefined && !/^arn:[A-Z]/.test(String(value)))
      .map(
        ({ property, value, constraint }) => `${type} ${name}: ${property} is ${JSON.stringify(value)}. ${constraint}`,
      ),
  );
  expect(outside).toEqual([]);
});
