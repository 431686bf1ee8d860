import type { Properties, Resource } from "../../../../../twin/core/store.ts";
import {
  internetToLoadBalancer,
  loadBalancerToTask,
  taskToInternet,
  taskToLayers,
  taskToService,
} from "../../../../../twin/services/ec2/reach.ts";
import { anywhere, app, look, passes, refuses, region, rule, s3List, task, tcp, worker } from "./reach-fixture.ts";

describe("internet to load balancer", () => {
  const ask = (changes = {}, port = 443) => {
    const resources = look(changes);
    const [front] = resources.list("aws:lb/loadBalancer:LoadBalancer") as [Resource];
    return internetToLoadBalancer(resources, front, "subnet-public-a", port);
  };
  it("passes on an open port of a public subnet", () => expect(ask()).toEqual(passes));
  it.each([
    [
      "a port without a rule",
      {},
      80,
      "sg-front",
      "security group sg-front has no ingress rule for TCP port 80 from the internet (0.0.0.0/0)",
    ],
    [
      "a rule for a part of the internet only",
      { "front-https": { cidrIpv4: "203.0.113.0/24" } },
      443,
      "sg-front",
      "security group sg-front has no ingress rule for TCP port 443 from the internet (0.0.0.0/0)",
    ],
    [
      "UDP",
      { "front-https": { ipProtocol: "udp" } },
      443,
      "sg-front",
      "security group sg-front has no ingress rule for TCP port 443 from the internet (0.0.0.0/0)",
    ],
    [
      "no route",
      { "Route public": undefined },
      443,
      "rtb-public",
      "route table rtb-public of subnet subnet-public-a in eu-west-1a has no route to 0.0.0.0/0",
    ],
    [
      "no association",
      { "RouteTableAssociation subnet-public-a": undefined },
      443,
      "rtb-main",
      "route table rtb-main of subnet subnet-public-a in eu-west-1a has no route to 0.0.0.0/0",
    ],
    [
      "a detached gateway",
      { "igw-1": { vpcId: undefined } },
      443,
      "igw-1",
      "internet gateway igw-1 is not attached to vpc-1",
    ],
    ["an internal load balancer", { front: { internal: true } }, 443, "arn:front", "load balancer front is internal"],
  ])("stops at %s", (_what, changes, port, at, reason) => expect(ask(changes, port)).toEqual(refuses(at, reason)));
});

describe("load balancer to container", () => {
  const ask = (changes = {}, port = 8080) => {
    const resources = look(changes);
    const [front] = resources.list("aws:lb/loadBalancer:LoadBalancer") as [Resource];
    return loadBalancerToTask(resources, front, app, port);
  };
  it("passes when both groups name each other", () => expect(ask()).toEqual(passes));
  it("passes by address when the rule holds every node of the load balancer", () => {
    const byAddress = { referencedSecurityGroupId: undefined, cidrIpv4: "10.0.0.0/23" };
    expect(ask({ "app-front": byAddress })).toEqual(passes);
  });
  it.each([
    [
      "the way out",
      { "front-app": undefined },
      8080,
      "sg-front",
      "security group sg-front has no egress rule for TCP port 8080 to task 1 (sg-app)",
    ],
    [
      "the way in",
      { "app-front": undefined },
      8080,
      "sg-app",
      "security group sg-app has no ingress rule for TCP port 8080 from load balancer front (sg-front)",
    ],
    [
      "another port",
      {},
      9090,
      "sg-front",
      "security group sg-front has no egress rule for TCP port 9090 to task 1 (sg-app)",
    ],
    [
      "a node in a zone that the rule leaves out",
      { "app-front": { referencedSecurityGroupId: undefined, cidrIpv4: "10.0.0.0/24" } },
      8080,
      "sg-app",
      "security group sg-app has no ingress rule for TCP port 8080 from load balancer front (sg-front)",
    ],
  ])("stops at %s", (_what, changes, port, at, reason) => expect(ask(changes, port)).toEqual(refuses(at, reason)));
});

describe("rules inside a group", () => {
  const group = (egress: Properties) =>
    look({
      "worker-https": undefined,
      "aws:ec2/securityGroup:SecurityGroup sg-worker": {
        egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, ...egress }],
      },
    });
  it.each([
    ["an address", { cidrBlocks: ["10.0.0.0/8", anywhere] }, true],
    ["every protocol", { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [anywhere] }, true],
    ["another port", { fromPort: 80, toPort: 80, cidrBlocks: [anywhere] }, false],
    ["another group", { securityGroups: ["sg-door"] }, false],
    ["itself", { self: true }, false],
  ])("count as those that stand alone: %s", (_what, egress, through) => {
    expect(taskToInternet(group(egress), worker, 443).passes).toBe(through);
  });
  it("let through to S3's list, or to a group, alone", () => {
    expect(taskToLayers(group({ prefixListIds: [s3List] }), worker)).toMatchObject({ passes: true });
    const open = rule("ingress", "door-worker", { securityGroupId: "sg-door", ...tcp(443), cidrIpv4: "10.0.10.4/32" });
    const egress = [{ protocol: "6", fromPort: 443, toPort: 443, securityGroups: ["sg-door"] }];
    const changes = { ...open, "aws:ec2/securityGroup:SecurityGroup sg-worker": { egress }, "worker-https": undefined };
    expect(taskToService(look(changes), worker, "sqs")).toMatchObject({ passes: true, endpoint: { id: "vpce-sqs" } });
  });
});

describe("container to internet", () => {
  it("passes through NAT, in every zone", () => {
    expect(taskToInternet(look(), worker, 443)).toEqual(passes);
    expect(taskToInternet(look(), task(["sg-worker"], "b"), 443)).toEqual(passes);
  });
  it("stops in the one zone that has no route, and only there", () => {
    const resources = look({ "Route b": undefined });
    expect(taskToInternet(resources, worker, 443)).toEqual(passes);
    expect(taskToInternet(resources, task(["sg-worker"], "b"), 443)).toEqual(
      refuses("rtb-b", "route table rtb-b of subnet subnet-b in eu-west-1b has no route to 0.0.0.0/0"),
    );
  });
  it("passes by an internet gateway only with a public address", () => {
    const resources = look({ "Route a": { natGatewayId: undefined, gatewayId: "igw-1" } });
    expect(taskToInternet(resources, task(["sg-worker"], "a", true), 443)).toEqual(passes);
    expect(taskToInternet(resources, worker, 443)).toEqual(
      refuses("igw-1", "what is in subnet subnet-a has no public address to use igw-1 with"),
    );
  });
  it("has the VPC's default group, which lets everything out, when no group is given", () => {
    expect(taskToInternet(look(), task([]), 443)).toEqual(passes);
  });
  it("has nothing by the default group once its rules are taken away", () => {
    const closed = look({
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup sg-default": { ingress: [], egress: [] },
    });
    expect(taskToInternet(closed, task([]), 443)).toEqual(
      refuses(
        "sg-default",
        "security group sg-default has no egress rule for TCP port 443 to the internet (0.0.0.0/0)",
      ),
    );
  });
  it.each([
    [
      "no egress rule",
      app,
      {},
      "sg-app",
      "security group sg-app has no egress rule for TCP port 443 to the internet (0.0.0.0/0)",
    ],
    [
      "a NAT gateway that is gone",
      worker,
      { "nat-a": undefined },
      "nat-a",
      "NAT gateway nat-a is gone: its route is a black hole",
    ],
    [
      "a NAT gateway in a private subnet",
      worker,
      { "nat-a": { subnetId: "subnet-b" } },
      "nat-a",
      "NAT gateway nat-a is in subnet subnet-b, which is private",
    ],
    [
      "a NAT gateway whose subnet has no route",
      worker,
      { "Route public": undefined },
      "rtb-public",
      "route table rtb-public of subnet subnet-public-a in eu-west-1a has no route to 0.0.0.0/0",
    ],
    [
      "a VPC without DNS",
      worker,
      { "vpc-1": { enableDnsSupport: false } },
      "vpc-1",
      "vpc-1 has no DNS: enableDnsSupport is false",
    ],
  ])("stops at %s", (_what, from, changes, at, reason) =>
    expect(taskToInternet(look(changes), from, 443)).toEqual(refuses(at, reason)),
  );
});

describe("container to an AWS service", () => {
  const door = `endpoint vpce-sqs (com.amazonaws.${region}.sqs; sg-door)`;
  it("passes through the endpoint that the service's name leads to", () => {
    expect(taskToService(look(), app, "sqs")).toMatchObject({ passes: true, endpoint: { id: "vpce-sqs" } });
  });
  it("goes by NAT where there is no endpoint, or none that has the service's name", () => {
    expect(taskToService(look({ "vpce-sqs": undefined }), worker, "sqs")).toEqual(passes);
    expect(taskToService(look({ "vpce-sqs": { privateDnsEnabled: false } }), worker, "sqs")).toEqual(passes);
  });
  it.each([
    [
      "the endpoint's group, whatever NAT could do",
      app,
      { "door-app": undefined },
      "sg-door",
      "security group sg-door has no ingress rule for TCP port 443 from task 1 (sg-app)",
    ],
    [
      "the container's group",
      app,
      { "app-door": undefined },
      "sg-app",
      `security group sg-app has no egress rule for TCP port 443 to ${door}`,
    ],
    [
      "an endpoint whose group does not know the caller",
      worker,
      {},
      "sg-door",
      "security group sg-door has no ingress rule for TCP port 443 from task 1 (sg-worker)",
    ],
    [
      "an endpoint without subnets",
      app,
      { "vpce-sqs": { subnetIds: [] } },
      "vpce-sqs",
      `endpoint vpce-sqs (com.amazonaws.${region}.sqs) is in no subnet that is there`,
    ],
    [
      "the way to the internet, without an endpoint",
      app,
      { "vpce-sqs": undefined },
      "sg-app",
      "security group sg-app has no egress rule for TCP port 443 to the internet (0.0.0.0/0)",
    ],
  ])("stops at %s", (_what, from, changes, at, reason) =>
    expect(taskToService(look(changes), from, "sqs")).toEqual(refuses(at, reason)),
  );
});

describe("container to image layers", () => {
  it("passes through the gateway endpoint of its route table, by NAT without one", () => {
    expect(taskToLayers(look(), app)).toMatchObject({ passes: true, endpoint: { id: "vpce-s3" } });
    expect(taskToLayers(look({ "vpce-s3": { routeTableIds: ["rtb-b"] } }), app)).toEqual(passes);
  });
  it.each([
    [
      "the container's group",
      { "app-s3": undefined },
      "sg-app",
      `security group sg-app has no egress rule for TCP port 443 to S3 (${s3List})`,
    ],
    [
      "no gateway and no NAT",
      { "vpce-s3": undefined, "Route a": undefined },
      "rtb-a",
      "route table rtb-a of subnet subnet-a in eu-west-1a has no route to 0.0.0.0/0",
    ],
  ])("stops at %s", (_what, changes, at, reason) =>
    expect(taskToLayers(look(changes), app)).toEqual(refuses(at, reason)),
  );
});
