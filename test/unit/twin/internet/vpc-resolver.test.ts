import { type Destination, VpcResolver } from "../../../../twin/internet/vpc-resolver.ts";

let now = 0;
let records: Record<string, Destination> = {};
const absent = (negativeSeconds?: number): Destination => ({
  kind: "none",
  reason: "no such host",
  ...(negativeSeconds !== undefined && { negativeSeconds }),
});
const there: Destination = { kind: "load balancer", arn: "arn:front" };
const dns = { resolve: (host: string) => records[host] ?? absent(900) };

beforeEach(() => {
  now = 0;
  records = {};
});

describe("the resolver of a VPC", () => {
  it("keeps that a name does not exist for as long as the zone's SOA says, though its record is there", () => {
    const resolver = new VpcResolver(dns, () => now);
    expect(resolver.resolve("au.orderhub.example")).toEqual(absent(900));
    records["au.orderhub.example"] = there;
    now = 899_999;
    expect(resolver.resolve("AU.orderhub.example.")).toEqual({ kind: "none", reason: "no such host (kept for 900 s)" });
    now = 900_000;
    expect(resolver.resolve("au.orderhub.example")).toEqual(there);
  });

  it("asks again for a name that exists, and for one whose zone says nothing", () => {
    const resolver = new VpcResolver(dns, () => now);
    records["au.orderhub.example"] = there;
    records["elsewhere.test"] = absent();
    expect(resolver.resolve("au.orderhub.example")).toEqual(there);
    expect(resolver.resolve("elsewhere.test")).toEqual(absent());
    records["elsewhere.test"] = there;
    delete records["au.orderhub.example"];
    expect(resolver.resolve("elsewhere.test")).toEqual(there);
    expect(resolver.resolve("au.orderhub.example")).toEqual(absent(900));
  });

  it("has no answer for a name whose name servers hang, counts who asks, and answers again afterwards", () => {
    const resolver = new VpcResolver(dns, () => now);
    records["erp.acme.example"] = { kind: "erp" };
    resolver.hang("erp.acme.example", true);
    expect(resolver.resolve("ERP.acme.example.")).toEqual({
      kind: "unanswered",
      reason: "erp.acme.example: no name server answers",
    });
    resolver.resolve("erp.acme.example");
    expect([resolver.unanswered("erp.acme.example"), resolver.unanswered("erp.other.example")]).toEqual([2, undefined]);
    resolver.hang("erp.acme.example", false);
    expect(resolver.resolve("erp.acme.example")).toEqual({ kind: "erp" });
    expect(resolver.unanswered("erp.acme.example")).toBe(undefined);
  });
});
