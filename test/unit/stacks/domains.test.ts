import { kindOf } from "../../../stacks/domains.ts";

const domain = "au.orderhub.example";
const nobody = new Set<string>();

describe("a store's domain", () => {
  it.each(["acme.au.orderhub.example", "au.orderhub.example"])("is the platform's: %s", (hostname) => {
    expect(kindOf(hostname, domain, nobody, nobody)).toBe("platform");
  });

  it.each(["shop.acme.example", "notau.orderhub.example"])("that is its own is pending at first: %s", (hostname) => {
    expect(kindOf(hostname, domain, nobody, nobody)).toBe("pending");
  });

  it("that is its own is served as soon as its certificate is issued, and stays so", () => {
    const acme = new Set(["shop.acme.example"]);
    expect(kindOf("shop.acme.example", domain, nobody, acme)).toBe("own");
    expect(kindOf("shop.acme.example", domain, acme, nobody)).toBe("own");
    expect(kindOf("shop.bluegum.example", domain, acme, acme)).toBe("pending");
  });
});
