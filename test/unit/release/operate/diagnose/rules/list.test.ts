import type { Facts, Service, Source, Stop } from "../../../../../../release/operate/diagnose/facts.ts";
import { causesOf } from "../../../../../../release/operate/diagnose/rules/list.ts";

const image = `sha256:${"1".repeat(64)}`;
const at = "2026-07-28T13:00:00.000Z";
/** So many minutes before the facts were read. */
const minutesAgo = (minutes: number) => new Date(Date.parse(at) - minutes * 60_000).toISOString();

const service = (name: string, more: Partial<Service> = {}): Service => ({
  ...{ name, desired: 2, running: 2, pending: 0, images: [image], failedDeployments: [], events: [] },
  ...more,
});

const stop = (name: string, reason: string, more: Partial<Stop> = {}): Stop => ({
  ...{ service: name, task: "0af1", at: minutesAgo(1), reason, code: "EssentialContainerExited", exitCodes: {} },
  ...more,
});

const well: Facts = {
  stack: "prod-au",
  at,
  change: {
    version: 7,
    message: "more zones",
    author: "A",
    commit: "c0ffee",
    result: "succeeded",
    endTime: minutesAgo(30),
  },
  release: { here: { release: "275a31912747", image }, staging: { release: "275a31912747", image } },
  services: [service("ingest"), service("dispatch")],
  stops: [],
  targets: [{ group: "ingest", target: "10.0.0.1:8080", state: "healthy", reason: "" }],
  queue: { visible: 3, inFlight: 2, oldestSeconds: 1, visibleBefore: 4, deadLetters: 0 },
  hosts: [{ hostname: "acme.au.orderhub.example", status: 200, release: "275a31912747" }],
  certificates: [
    { hostname: "acme.au.orderhub.example", arn: "arn:1", status: "ISSUED", daysLeft: 300, inUse: true },
    { hostname: "orders.own.example", arn: "arn:2", status: "PENDING_VALIDATION", inUse: false },
  ],
  ...{ records: [], alarms: [], unconfirmed: [], erps: [], givenUp: [], denied: [], unread: [] },
};

const kinds = (facts: Partial<Facts>) => causesOf({ ...well, ...facts }).map(({ kind }) => kind);
const lacking = [
  service("ingest", { running: 0, events: ["(service ingest) has started 2 tasks"] }),
  service("dispatch"),
];

describe("nothing is wrong", () => {
  test("with a region as it should be, and a certificate that waits for its owner", () => {
    expect(causesOf(well)).toEqual([]);
  });

  test("when containers were killed once and others run in their place", () => {
    const killed = { exitCodes: { app: 137 } };
    const stops = [stop("ingest", "Essential container in task exited", killed), stop("ingest", "x", killed)];
    expect(kinds({ stops })).toEqual([]);
  });

  test("when one container was stopped manually, and another runs in its place", () => {
    expect(kinds({ stops: [stop("ingest", "Task stopped by user", { code: "UserInitiated" })] })).toEqual([]);
  });
});

describe("containers that stop", () => {
  test("an image that is gone comes first, with ECS's words, how often and since when", () => {
    const reason = "CannotPullContainerError: failed to resolve ref order-queue@sha256:1: not found";
    const stops = [1, 2, 3].map((minutes) =>
      stop("ingest", reason, { code: "TaskFailedToStart", at: minutesAgo(minutes) }),
    );
    const causes = causesOf({
      ...well,
      stops,
      services: lacking,
      hosts: [{ hostname: "acme.au.orderhub.example", status: 503, problem: "GET /version was answered 503" }],
      alarms: [{ name: "prod-au-ingest-below-desired", description: "Fewer run.", reason: "", since: minutesAgo(2) }],
    });
    expect(causes.map(({ kind }) => kind)).toEqual(["image-gone", "too-few-containers", "host-unreachable", "alarm"]);
    expect(causes[0]).toEqual({
      kind: "image-gone",
      what: "The image of ingest cannot be pulled.",
      evidence: [`3 × ingest, last at ${minutesAgo(1)}: ${reason}`],
      fix:
        "check whether ECR has the digest in this region (aws ecr describe-images --repository-name order-queue); " +
        "npx order-queue rollback prod-au returns to a release whose image exists; a new release builds a new image.",
    });
  });

  test("what happened long before the last stops is no cause", () => {
    const killed = stop("ingest", "Essential container in task exited", { exitCodes: { a: 137 }, at: minutesAgo(40) });
    const stops = [stop("ingest", "CannotPullContainerError: no", { code: "TaskFailedToStart" }), killed];
    expect(kinds({ stops, services: lacking })).toEqual(["image-gone", "too-few-containers"]);
    expect(kinds({ stops: [killed], services: lacking })).toEqual(["crash-loop", "too-few-containers"]);
  });

  test("a secret that is missing is no image that is gone", () => {
    const reason = "ResourceInitializationError: unable to pull secrets or registry auth";
    const stops = [stop("dispatch", reason, { code: "TaskFailedToStart" })];
    expect(kinds({ stops, services: [service("dispatch", { running: 1 })] })).toEqual([
      "cannot-start",
      "too-few-containers",
    ]);
  });

  test("a crash loop is found even while every container happens to run", () => {
    const exited = (minutes: number) =>
      stop("dispatch", "Essential container in task exited", { at: minutesAgo(minutes), exitCodes: { dispatch: 1 } });
    const [cause, ...others] = causesOf({ ...well, stops: [exited(1), exited(2), exited(4)] });
    expect(others).toEqual([]);
    expect(cause).toMatchObject({
      kind: "crash-loop",
      evidence: [
        `3 × dispatch, last at ${minutesAgo(1)}: Essential container in task exited (exit code of dispatch 1)`,
      ],
      fix: expect.stringContaining("read the last lines of their log"),
    });
    expect(kinds({ stops: [exited(1), exited(2), exited(40)] })).toEqual([]);
  });

  test("exit code 137 speaks of memory, not of the program", () => {
    const stops = [stop("ingest", "Essential container in task exited", { exitCodes: { ingest: 137 } })];
    const [cause] = causesOf({ ...well, stops, services: lacking });
    expect(cause).toMatchObject({ kind: "crash-loop", fix: expect.stringContaining("exit code 137 is SIGKILL") });
  });

  test("failing health checks are reported with the load balancer's words", () => {
    const reason = "Target.ResponseCodeMismatch: Health checks failed with these codes: [500]";
    const causes = causesOf({
      ...well,
      targets: [{ group: "ingest", target: "10.0.0.1:8080", state: "unhealthy", reason }],
    });
    expect(causes).toMatchObject([
      { kind: "health-checks-fail", evidence: [`ingest, target 10.0.0.1:8080: ${reason}`] },
    ]);
  });

  test("stops of the update that failed count, though ECS rolled back and all run", () => {
    const change = { version: 8, message: "smaller image", result: "failed", endTime: minutesAgo(5) };
    const stops = [
      stop("ingest", "Task failed ELB health checks in (target-group a)", { at: minutesAgo(6), code: "" }),
    ];
    expect(kinds({ change, stops })).toEqual(["health-checks-fail", "update-failed"]);
  });

  test("the caller who stopped them is named when too few are left", () => {
    const stops = [stop("ingest", "drill", { code: "UserInitiated" })];
    expect(kinds({ stops, services: lacking })).toEqual(["stopped-manually", "too-few-containers"]);
  });
});

test("a deployment that ECS gave up is found by what runs", () => {
  const other = `sha256:${"2".repeat(64)}`;
  expect(causesOf({ ...well, services: [service("ingest", { images: [other] })] })).toMatchObject([
    { kind: "rolled-back-by-ecs", evidence: [`ingest runs ${other}, the stack has ${image}`] },
  ]);
  const reason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.";
  expect(causesOf({ ...well, services: [service("ingest", { failedDeployments: [reason] })] })).toMatchObject([
    { kind: "rolled-back-by-ecs", evidence: [`ingest: ${reason}`] },
  ]);
});

test("a service that was deleted is missing, not merely short of containers", () => {
  const gone = service("ingest", { desired: 0, running: 0, images: [], events: ["ECS has no such service"] });
  expect(kinds({ services: [gone, service("dispatch")] })).toEqual(["service-missing"]);
});

test("a certificate of another name is reported before the answers that stores do not get", () => {
  const problem = "ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames";
  const causes = causesOf({ ...well, hosts: [{ hostname: "acme.au.orderhub.example", problem }] });
  expect(causes.map(({ kind }) => kind)).toEqual(["certificate-broken", "host-unreachable"]);
  expect(causes[0]?.evidence).toEqual([`acme.au.orderhub.example: ${problem}`]);
});

test("a certificate that is not issued, not used, or about to expire is found", () => {
  const of = (more: object) =>
    causesOf({
      ...well,
      certificates: [{ hostname: "acme.au.orderhub.example", arn: "a", status: "ISSUED", inUse: true, ...more }],
    }).map(({ kind, evidence }) => [kind, evidence]);
  expect(of({ status: "EXPIRED", daysLeft: -1 })).toEqual([
    ["certificate-broken", ["acme.au.orderhub.example: its status at ACM is EXPIRED"]],
    ["certificate-expires", ["acme.au.orderhub.example: -1 days left"]],
  ]);
  expect(of({ inUse: false, daysLeft: 300 })).toEqual([
    ["certificate-broken", ["acme.au.orderhub.example: no load balancer uses its certificate"]],
  ]);
  expect(of({ daysLeft: 29 })).toEqual([["certificate-expires", ["acme.au.orderhub.example: 29 days left"]]]);
  expect(of({ daysLeft: 30 })).toEqual([]);
});

test("a record that is missing or leads elsewhere is reported with what was expected", () => {
  const records = [
    { name: "acme.au.orderhub.example", type: "A", expected: "front-1.elb.amazonaws.com" },
    { name: "_a.au.orderhub.example", type: "CNAME", expected: "_b.acm-validations.aws", found: "_c.example" },
  ];
  expect(causesOf({ ...well, records })).toMatchObject([
    {
      kind: "record-missing",
      evidence: [
        "A acme.au.orderhub.example: expected front-1.elb.amazonaws.com, the zone has no such record",
        "CNAME _a.au.orderhub.example: expected _b.acm-validations.aws, the zone has _c.example",
      ],
    },
  ]);
});

test("an ERP that fails is reported by store, before the queue that grows for it", () => {
  const erps = [{ store: "acme", failures: 12, reason: "the ERP answered 503", at: minutesAgo(1) }];
  const queue = { visible: 40, inFlight: 3, oldestSeconds: 241, visibleBefore: 3, deadLetters: 2 };
  expect(causesOf({ ...well, erps, queue }).map(({ kind, evidence }) => [kind, evidence])).toEqual([
    ["erp-fails", [`acme: 12 × not delivered, last at ${minutesAgo(1)}: the ERP answered 503`]],
    ["dead-letters", ["2 dead-lettered messages"]],
    ["queue-grows", ["40 in the queue, 3 some minutes ago", "the oldest has waited for 241 s"]],
  ]);
});

test("orders in the dead-letter queue are named, with their reasons", () => {
  const queue = { visible: 0, inFlight: 0, deadLetters: 1 };
  const reason = "the ERP answered 409; it held up the orders behind it, in its store's sequence, for 15 min";
  const givenUp = [{ order: "acme/17", reason, at: minutesAgo(3) }];
  expect(causesOf({ ...well, queue, givenUp }).map(({ evidence }) => evidence)).toEqual([
    ["1 dead-lettered messages", `acme/17, at ${minutesAgo(3)}: ${reason}`],
  ]);
});

test("a queue is judged by its age and its growth, where they are known", () => {
  const of = (visible: number, visibleBefore?: number, oldestSeconds?: number) =>
    kinds({
      queue: {
        ...{ visible, inFlight: 0, deadLetters: 0 },
        ...(visibleBefore !== undefined && { visibleBefore }),
        ...(oldestSeconds !== undefined && { oldestSeconds }),
      },
    });
  expect([of(40), of(40, 30), of(41, 30), of(1, 1, 240), of(1, 1, 241)]).toEqual([
    ...[[], [], ["queue-grows"]],
    ...[[], ["queue-grows"]],
  ]);
});

test("a denied call comes before what follows from it", () => {
  const message = "User: dispatch is not authorized to perform: sqs:ReceiveMessage";
  const denied = [{ service: "prod-au-dispatch", message, at: minutesAgo(1) }];
  const alarms = [
    { name: "prod-au-old-orders", description: "An order has waited.", reason: "r", since: minutesAgo(2) },
  ];
  expect(causesOf({ ...well, denied, alarms }).map(({ kind, evidence }) => [kind, evidence])).toEqual([
    ["access-denied", [`prod-au-dispatch, ${minutesAgo(1)}: ${message}`]],
    ["alarm", [`prod-au-old-orders, since ${minutesAgo(2)}: An order has waited.`]],
  ]);
});

test("where nothing of the stack is on AWS, the place is in question, and no fix of a loss is proposed", () => {
  const answers = {
    containers: "ClusterNotFoundException: Cluster not found.",
    queue: "QueueDoesNotExist: The specified queue does not exist.",
    targets: "TargetGroupNotFoundException: One or more target groups not found",
  };
  const unread = Object.entries(answers).map(([source, why]) => ({ source: source as Source, why }));
  const certificates = well.certificates.map((certificate) => ({ ...certificate, status: "MISSING" }));
  const records = [{ name: "acme.au.orderhub.example", type: "A", expected: "front" }];
  const causes = causesOf({ ...well, unread, certificates, records });
  expect(causes).toMatchObject([
    { kind: "nothing-found", evidence: expect.arrayContaining([`containers: ${answers.containers}`]) },
  ]);
  expect(causes[0]?.fix).toMatch(/^check account, region and endpoint .* run no pulumi refresh/);
  expect(kinds({ unread: unread.slice(1), certificates })).toEqual(["certificate-broken", "unread"]);
  expect(kinds({ unread })).toEqual(["unread"]);
});

test("what could not be read is reported last, never omitted", () => {
  const unread = [{ source: "alarms" as const, why: "AccessDenied: no" }];
  expect(causesOf({ ...well, unread })).toMatchObject([{ kind: "unread", evidence: ["alarms: AccessDenied: no"] }]);
});

test("a recipient who has not confirmed is reported: nothing else would report it", () => {
  const unconfirmed = [{ endpoint: "oncall@orderhub.example", status: "waits to be confirmed" as const }];
  expect(causesOf({ ...well, unconfirmed })).toMatchObject([
    { kind: "unconfirmed-subscription", evidence: ["oncall@orderhub.example: waits to be confirmed"] },
  ]);
});
