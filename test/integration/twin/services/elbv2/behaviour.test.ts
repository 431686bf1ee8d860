import type { Cloud } from "../../../../../twin/cloud.ts";
import {
  account,
  alias,
  certificate,
  eventually,
  forwardTo,
  image,
  listener,
  loadBalancer,
  put,
  region,
  rule,
  service,
  startTestCloud,
  targetGroup,
  taskDefinition,
  webProgram,
  zone,
} from "../../cloud.ts";
import { curl, fetchThrough, handshake, tunnel } from "../../connections.ts";

let test: Awaited<ReturnType<typeof startTestCloud>>;
let cloud: Cloud;
let balancer: string;
let group: string;
let https: string;
let serviceArn: string;

beforeAll(async () => {
  test = await startTestCloud();
  cloud = test.cloud;
  image(cloud, test.directory, webProgram);
  balancer = loadBalancer(cloud);
  group = targetGroup(cloud, "ingest");
  const platform = await certificate(cloud, zone, `*.${zone}`);
  https = listener(cloud, balancer, 443, { certificateArn: platform, defaultActions: forwardTo(group) });
  const redirect = { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" };
  listener(cloud, balancer, 80, { defaultActions: [{ type: "redirect", redirect }] });
  alias(cloud, zone);
  alias(cloud, `acme.${zone}`);
  alias(cloud, `*.wild.${zone}`);
  serviceArn = service(cloud, taskDefinition(cloud, 1), {
    desiredCount: 2,
    loadBalancers: [{ targetGroupArn: group, containerName: "app", containerPort: 8080 }],
  });
  await cloud.ecs.steady(serviceArn, 20_000);
});

afterAll(() => test.close());

describe("a request from outside", () => {
  it("reaches a container over TLS that is verified end to end", async () => {
    const answer = await fetchThrough(cloud, `https://acme.${zone}/orders?x=1`);
    expect(answer.status).toBe(200);
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({ release: "r1", url: "/orders?x=1" });
    expect(seen.headers).toMatchObject({
      host: `acme.${zone}`,
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
      "x-forwarded-for": "127.0.0.1",
    });
  });

  it("works with an unmodified curl, the proxy and the authority's certificate", async () => {
    const ca = cloud.authority.file;
    const out = await curl("--proxy", cloud.proxyUrl, "--cacert", ca, "-d", "{}", `https://acme.${zone}/orders`);
    expect(JSON.parse(out).release).toBe("r1");
  });

  it("passes the load balancer's web ACL first, which answers it instead of a container", async () => {
    const [balancerArn = ""] = cloud.store
      .list("aws:lb/loadBalancer:LoadBalancer", region)
      .map(({ outputs }) => outputs.arn);
    const acl = `arn:aws:wafv2:${region}:${account}:regional/webacl/firewall/1`;
    const visibilityConfig = { metricName: "host-rate" };
    const customKeys = [{ header: { name: "host" } }];
    const rateBasedStatement = { limit: 1, evaluationWindowSec: 300, aggregateKeyType: "CUSTOM_KEYS", customKeys };
    const action = { block: { customResponse: { responseCode: 429 } } };
    const rule = { name: "host-rate", priority: 0, action, statement: { rateBasedStatement }, visibilityConfig };
    put(cloud, "aws:wafv2/webAcl:WebAcl", acl, { rules: [rule], visibilityConfig });
    put(cloud, "aws:wafv2/webAclAssociation:WebAclAssociation", "1", { resourceArn: balancerArn, webAclArn: acl });
    const first = await fetchThrough(cloud, `https://acme.${zone}/`);
    const second = await fetchThrough(cloud, `https://acme.${zone}/`);
    cloud.store.remove("aws:wafv2/webAclAssociation:WebAclAssociation", "1", region);
    expect([first.status, second.status]).toEqual([200, 429]);
    expect(second.body).toContain("<h1>429 Too Many Requests</h1>");
  });

  it("is spread over the healthy targets in turn", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => fetchThrough(cloud, `https://acme.${zone}/`)));
    const names = answers.map((answer) => JSON.parse(answer.body).runsAs);
    expect(new Set(names).size).toBe(2);
    expect(names.filter((name) => name === names[0])).toHaveLength(2);
  });

  it("is redirected from plain HTTP as the listener says", async () => {
    const answer = await fetchThrough(cloud, `http://acme.${zone}/orders?x=1`);
    expect([answer.status, answer.headers.location]).toEqual([301, `https://acme.${zone}:443/orders?x=1`]);
    expect(answer.headers.server).toBe("awselb/2.0");
  });

  it("finds no host outside of the twin's names", async () => {
    await expect(tunnel(cloud, "example.com:443")).rejects.toThrow("502 example.com: no such host");
    await expect(tunnel(cloud, `nobody.${zone}:443`)).rejects.toThrow(`nobody.${zone}: no such host in the zone`);
    await expect(tunnel(cloud, "127.0.0.1:22")).rejects.toThrow("502 127.0.0.1: no such host");
    await expect(tunnel(cloud, `acme.${zone}:8443`)).rejects.toThrow(
      "security group sg-front has no ingress rule for TCP port 8443 from the internet (0.0.0.0/0)",
    );
    rule(cloud, "Ingress", "sg-front", 8443, { cidrIpv4: "0.0.0.0/0" });
    await expect(tunnel(cloud, `acme.${zone}:8443`)).rejects.toThrow("no listener on this port");
  });

  it("resolves a wildcard record for names that have none of their own", async () => {
    expect(cloud.dns.resolve(`a.wild.${zone}`)).toEqual({ kind: "load balancer", arn: balancer });
    expect(cloud.dns.resolve(`wild.${zone}`).kind).toBe("none");
  });
});

describe("the listener presents", () => {
  it("its default certificate to a host that it has no other one for", async () => {
    expect((await handshake(cloud, `acme.${zone}`)).names).toBe(`DNS:${zone}, DNS:*.${zone}`);
    expect((await handshake(cloud, `acme.${zone}`, "unknown.example")).names).toBe(`DNS:${zone}, DNS:*.${zone}`);
  });

  it("from the next handshake on the certificate that was attached for the host, and no longer once detached", async () => {
    const own = await certificate(cloud, `acme.${zone}`);
    const id = `${https}_${own}`;
    put(cloud, "aws:lb/listenerCertificate:ListenerCertificate", id, { listenerArn: https, certificateArn: own });
    expect(await handshake(cloud, `acme.${zone}`)).toEqual({ names: `DNS:acme.${zone}`, protocol: "TLSv1.3" });
    expect(cloud.acm.inUseBy(own)).toEqual([balancer]);
    expect(() => cloud.acm.delete(own)).toThrow("ResourceInUseException");
    cloud.store.remove("aws:lb/listenerCertificate:ListenerCertificate", id, region);
    expect((await handshake(cloud, `acme.${zone}`)).names).toBe(`DNS:${zone}, DNS:*.${zone}`);
    cloud.acm.delete(own);
    expect(() => cloud.acm.describe(own)).toThrow("ResourceNotFoundException");
  });
});

describe("rules", () => {
  const rule = (priority: number, conditions: object[], actions: object[]) =>
    put(cloud, "aws:lb/listenerRule:ListenerRule", `${https}/rule/${priority}`, {
      ...{ listenerArn: https, priority, conditions, actions },
    });

  it("are taken by priority, with all conditions of one", async () => {
    const fixed = (messageBody: string) => [
      { type: "fixed-response", fixedResponse: { contentType: "text/plain", messageBody, statusCode: "418" } },
    ];
    const host = { hostHeader: { values: [`ACME.${zone}`] } };
    rule(20, [host, { pathPattern: { values: ["/teapot*"] } }], fixed("twenty"));
    rule(10, [host, { pathPattern: { values: ["/teapot/?"] } }], fixed("ten"));
    expect(await fetchThrough(cloud, `https://acme.${zone}/teapot/1`)).toMatchObject({ status: 418, body: "ten" });
    expect(await fetchThrough(cloud, `https://acme.${zone}/teapot/22`)).toMatchObject({ status: 418, body: "twenty" });
    expect(await fetchThrough(cloud, `https://acme.${zone}/tea`)).toMatchObject({ status: 200 });
  });
});

describe("when containers go", () => {
  it("the load balancer answers 503 without a target, and 502 when a target breaks off", async () => {
    const empty = targetGroup(cloud, "empty");
    const id = listener(cloud, loadBalancer(cloud, "other"), 80, { defaultActions: forwardTo(empty) });
    alias(cloud, `other.${zone}`, `other-1.${region}.elb.amazonaws.com`);
    const none = await fetchThrough(cloud, `http://other.${zone}/`);
    expect([none.status, none.body]).toEqual([
      503,
      expect.stringContaining("<h1>503 Service Temporarily Unavailable</h1>"),
    ]);
    expect(cloud.front.counters.get(id.replace("listener", "loadbalancer").replace("/80", ""))).toMatchObject({
      requests: 1,
      loadBalancer5xx: 1,
    });
    const broken = await fetchThrough(cloud, `https://acme.${zone}/exit`);
    expect([broken.status, broken.body]).toEqual([502, expect.stringContaining("<h1>502 Bad Gateway</h1>")]);
  });

  it("a target that says nothing for longer than the idle timeout is a 504", async () => {
    const hasty = loadBalancer(cloud, "hasty", { idleTimeout: 1 });
    listener(cloud, hasty, 80, { defaultActions: forwardTo(group) });
    alias(cloud, `hasty.${zone}`, `hasty-1.${region}.elb.amazonaws.com`);
    const late = await fetchThrough(cloud, `http://hasty.${zone}/slow`);
    expect([late.status, late.body]).toEqual([504, expect.stringContaining("<h1>504 Gateway Time-out</h1>")]);
  });

  it("a killed container is replaced, with its reason and exit code kept", async () => {
    await cloud.ecs.steady(serviceArn, 20_000);
    const [running] = cloud.ecs.tasks(serviceArn).filter((task) => task.lastStatus === "RUNNING");
    cloud.ecs.kill(running?.id ?? "");
    const stopped = await eventually(
      () => cloud.ecs.tasks(serviceArn).find((task) => task.id === running?.id && task.lastStatus === "STOPPED"),
      "the end of the killed task",
    );
    expect(stopped).toMatchObject({
      stoppedReason: "Essential container in task exited",
      stopCode: "EssentialContainerExited",
    });
    expect(stopped.containers[0]?.exitCode).toBe(137);
    await cloud.ecs.steady(serviceArn, 20_000);
    expect(cloud.ecs.describe(serviceArn)).toMatchObject({ desired: 2, running: 2 });
    await eventually(() => cloud.targets.eligible(group).length === 2 || undefined, "two healthy targets");
    expect((await fetchThrough(cloud, `https://acme.${zone}/`)).status).toBe(200);
  });
});
