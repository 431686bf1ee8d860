import { inputsOf, type Registered, storeOf, the } from "./mocks.ts";
import { region } from "./test-region.ts";

describe("a store with further names", () => {
  const aliases = ["www.au.orderhub.example"];
  const more = () => region({ stores: [storeOf("acme", "au.orderhub.example", { aliases })] });

  it("has them all on its one certificate, each with its record, and on its one rule", async () => {
    const all = await more();
    expect(inputsOf(all, "aws:acm/certificate:Certificate", "prod-au-store-acme")).toEqual({
      domainName: "acme.au.orderhub.example",
      subjectAlternativeNames: aliases,
      validationMethod: "DNS",
    });
    expect(
      inputsOf(all, "aws:acm/certificateValidation:CertificateValidation", "prod-au-store-acme").validationRecordFqdns,
    ).toEqual(["_validate.acme.au.orderhub.example", "_validate.www.au.orderhub.example"]);
    expect(inputsOf(all, "aws:lb/listenerRule:ListenerRule", "prod-au-store-acme").conditions).toEqual([
      { hostHeader: { values: ["acme.au.orderhub.example", "www.au.orderhub.example"] } },
    ]);
    const records = all.filter(({ type, name }) => type === "aws:route53/record:Record" && name.includes("acme"));
    expect(Object.fromEntries(records.map(({ name, inputs }) => [name, inputs.name]))).toEqual({
      "prod-au-store-acme-acme.au.orderhub.example": "acme.au.orderhub.example",
      "prod-au-store-acme-acme.au.orderhub.example-validation": "_validate.acme.au.orderhub.example",
      "prod-au-store-acme-also-www": "www.au.orderhub.example",
      "prod-au-store-acme-also-www-validation": "_validate.www.au.orderhub.example",
    });
  });
});

describe("a store with a domain of its own", () => {
  const own = (kind: "own" | "pending") =>
    region({ stores: [storeOf("polder", "", { hostname: "shop.polder.example", kind })] });
  const parts = (all: Registered[]) =>
    all.filter(({ name }) => name.includes("polder")).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);

  it("has nothing but its certificate while that is pending, and nothing waits for it", async () => {
    const all = await own("pending");
    expect(parts(all).sort()).toEqual([
      "Certificate prod-au-store-polder",
      "Certificate prod-au-store-polder",
      "Store prod-au-store-polder",
    ]);
    const { inputs } = the(all, "pulumi-nodejs:dynamic/order-queue:Verification", "prod-au-verification");
    expect(inputs.hostnames).toEqual(["au.orderhub.example"]);
    expect(inputs.validationRecords).toHaveLength(1);
  });

  it("is served once it is issued, and has no record in the platform's zone", async () => {
    const all = await own("own");
    expect(parts(all).sort()).toEqual([
      "Certificate prod-au-store-polder",
      "Certificate prod-au-store-polder",
      "CertificateValidation prod-au-store-polder",
      "ListenerCertificate prod-au-store-polder",
      "ListenerRule prod-au-store-polder",
      "MetricAlarm prod-au-store-polder-certificate-days",
      "Store prod-au-store-polder",
    ]);
    expect(
      inputsOf(all, "aws:acm/certificateValidation:CertificateValidation", "prod-au-store-polder")
        .validationRecordFqdns,
    ).toEqual(["_validate.shop.polder.example"]);
    const { inputs } = the(all, "pulumi-nodejs:dynamic/order-queue:Verification", "prod-au-verification");
    expect(inputs.hostnames).toEqual(["au.orderhub.example", "shop.polder.example"]);
    expect(inputs.addresses).toEqual({ "shop.polder.example": "prod-au-front.elb.example" });
  });
});

describe("a further load balancer", () => {
  let all: Registered[];
  beforeAll(async () => {
    const stores = [
      storeOf("acme", "au.orderhub.example"),
      storeOf("bluegum", "au.orderhub.example", { loadBalancer: 2 }),
    ];
    all = await region({ stores, loadBalancers: 2 });
  });

  it("is like the first but for the domain's address, and holds the stores that have their place there", () => {
    const bare = (text: string) => text.replaceAll("prod-au-lb2", "prod-au");
    const of = (prefix: RegExp) =>
      all
        .filter(
          ({ type, name }) =>
            /^aws:(lb|cloudwatch\/metricAlarm|appautoscaling\/policy)/.test(type) && prefix.test(name),
        )
        .map(({ type, name, inputs }) => [type, bare(name), JSON.parse(bare(JSON.stringify(inputs)))]);
    const second = of(/^prod-au-lb2-/);
    expect(second.map(([type, name]) => `${String(type).split(":").at(-1)} ${name}`).sort()).toEqual([
      "Listener prod-au-http",
      "Listener prod-au-https",
      "ListenerRule prod-au-platform",
      "LoadBalancer prod-au-front",
      "MetricAlarm prod-au-load-balancer-5xx",
      "MetricAlarm prod-au-no-healthy-target",
      "MetricAlarm prod-au-target-5xx",
      "Policy prod-au-ingest",
      "TargetGroup prod-au-ingest",
    ]);
    const first = of(/^prod-au-(?!lb2-)/);
    for (const resource of second) expect(first).toContainEqual(resource);
    expect(inputsOf(all, "aws:lb/listenerCertificate:ListenerCertificate", "prod-au-store-bluegum").listenerArn).toBe(
      "arn:Listener/prod-au-lb2-https",
    );
    expect(inputsOf(all, "aws:route53/record:Record", "prod-au-platform").aliases[0].name).toBe(
      "prod-au-front.elb.example",
    );
  });

  it("leads to the same containers, which wait for its listener too", () => {
    const { inputs, dependsOn } = the(all, "aws:ecs/service:Service", "prod-au-ingest");
    expect(inputs.loadBalancers).toEqual([
      { targetGroupArn: "arn:TargetGroup/prod-au-ingest", containerName: "ingest", containerPort: 8080 },
      { targetGroupArn: "arn:TargetGroup/prod-au-lb2-ingest", containerName: "ingest", containerPort: 8080 },
    ]);
    expect(dependsOn).toEqual(
      expect.arrayContaining([
        "aws:lb/listenerRule:ListenerRule prod-au-platform",
        "aws:lb/listenerRule:ListenerRule prod-au-lb2-platform",
      ]),
    );
  });

  it("has a line of its own in each graph of the dashboard", () => {
    const { widgets } = JSON.parse(inputsOf(all, "aws:cloudwatch/dashboard:Dashboard", "prod-au").dashboardBody);
    const requests = widgets.find(
      ({ properties }: { properties: { title: string } }) => properties.title === "Requests",
    );
    expect(requests.properties.metrics).toEqual([
      ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/prod-au-front/1"],
      ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/prod-au-lb2-front/1"],
    ]);
  });
});
