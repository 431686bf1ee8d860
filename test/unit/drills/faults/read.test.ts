import { join } from "node:path";
import { checkFaults, chooseFaults, readFaults } from "../../../../drills/faults/read.ts";

const folder = join(import.meta.dirname, "../../../..", "drills", "faults");

/** The corpus as it was collected: every fault stays in the table, whether or not it can be run. */
const collected = `
cert-sni-index-names-shift
cert-listener-skips-validation
cert-replace-delete-first
cert-validation-cname-deleted-by-hand
cert-shared-validation-cname-destroyed
cert-host-not-covered
dns-record-renamed-deletes-live
dns-zone-not-delegated
lb-health-path-redirects
lb-drain-shorter-than-request
lb-target-group-fixed-name-replace
lb-tls-policy-tightened
net-nat-route-missing-one-az
net-nat-eip-replaced
net-s3-endpoint-policy-blocks-layers
net-logs-endpoint-unreachable
sg-alb-to-task-port-closed
sg-egress-omitted
sg-inline-empty-plus-rules
iam-policy-attachment-exclusive
iam-queue-cmk-not-granted
iam-delete-message-missing
iam-deploy-role-passrole
iam-service-linked-role-absent
ctr-worker-not-essential
ctr-log-group-missing
ctr-cpu-memory-illegal
img-ecr-lifecycle-evicts-prod
img-digest-absent-in-region
img-mutable-tag
q-visibility-shorter-than-erp
q-max-receive-count-one
sc-desired-count-reset
sc-target-lost-on-service-replace
sc-scale-in-ignores-inflight
mon-silence-treated-as-ok
mon-container-insights-off
mon-topic-policy-drops-default
mon-eventbridge-target-denied
mon-stopped-rule-too-narrow
mon-topic-without-subscriber
mon-subscription-unconfirmed
mon-age-metric-blind
dep-service-before-listener
dep-no-wait-for-steady-state
dep-circuit-breaker-off
dep-grace-period-zero
st-rollback-reported-as-success
st-previous-revision-deregistered
st-update-interrupted
st-refactor-without-aliases
st-resources-inside-apply
par-secret-key-missing-in-prod
par-env-var-never-set
par-staging-artifact-to-prod
par-provider-major-skew
quota-alb-certificates-full
quota-fargate-vcpu-new-region
rt-task-killed
rt-fargate-maintenance
rt-image-gone-crash-loop
rt-erp-returns-500
rt-az-loss
`;
const harmless = `
ok-log-retention-up
ok-tag-added
ok-store-added
ok-store-removed
ok-scale-max
ok-image
ok-alarm-threshold
ok-memory-up
ok-env-added
ok-custom-domain-pending
ok-certificate-reissue
ok-dashboard-text
ok-new-region
`;
const words = (text: string) => text.trim().split("\n");

test("every collected fault is in the table, with its class and where it was seen", () => {
  const faults = readFaults(join(folder, "public.json"));
  expect(faults.map(({ id }) => id)).toEqual(words(collected));
  for (const fault of faults) expect(fault).toMatchObject({ category: expect.any(String), seen: expect.any(String) });
});

test("a fault is either encoded or says why it is not", () => {
  for (const { settings, resources, add, image, newStack, environment, notEncoded } of readFaults(
    join(folder, "public.json"),
  )) {
    const encoded = [settings, resources, add, image, newStack, environment].some((part) => part !== undefined);
    expect([encoded, notEncoded !== undefined]).toContain(true);
    expect(encoded && notEncoded !== undefined).toBe(false);
  }
});

test("the harmless changes are in a table of the same form", () => {
  const changes = readFaults(join(folder, "harmless.json"));
  expect(changes.map(({ id }) => id)).toEqual(words(harmless));
  expect(changes.every((change) => change.harmless)).toBe(true);
});

test("one fault is chosen by its id, and an unknown id is refused with those there are", () => {
  expect(chooseFaults(undefined, "q-max-receive-count-one")).toEqual([
    expect.objectContaining({ id: "q-max-receive-count-one", category: "queue" }),
  ]);
  expect(() => chooseFaults(undefined, "nobody")).toThrow(
    /--only: expected the id of a fault: cert-sni-.*, got "nobody"/,
  );
});

const sound = { id: "a-fault", category: "queue", title: "Something is wrong" };
const queue = { type: "aws:sqs/queue:Queue" };

test.each([
  [
    "nothing happens",
    sound,
    "[0] (a-fault): expected one of settings, resources, add, image, newStack, environment, notEncoded, got",
  ],
  [
    "a key is unknown",
    { ...sound, notEncoded: "why", sets: {} },
    "[0] (a-fault).sets: expected no such key; there are id, category,",
  ],
  [
    "a resource has no type",
    { ...sound, resources: [{ drop: true }] },
    "[0] (a-fault).resources[0].type: expected a value",
  ],
  [
    "nothing happens to a resource",
    { ...sound, resources: [queue] },
    "[0] (a-fault).resources[0]: expected one of set, remove, swap, rename, drop, options, got",
  ],
  [
    "a name is no expression",
    { ...sound, resources: [{ ...queue, name: "(", drop: true }] },
    '[0] (a-fault).resources[0].name: expected a regular expression on the logical name, got "("',
  ],
  [
    "a path is none",
    { ...sound, resources: [{ ...queue, set: { "a..b": 1 } }] },
    '[0] (a-fault).resources[0]: expected a path as a.b[0].c, [name], [*], [+] or ["a key"], got "a..b"',
  ],
  [
    "an act is unknown",
    { ...sound, environment: [{ act: "explode" }] },
    "[0] (a-fault).environment[0].act: expected one of kill, stop, erp,",
  ],
  [
    "an act lacks what it is about",
    { ...sound, environment: [{ act: "erp", status: 500 }] },
    "[0] (a-fault).environment[0].store: expected a value: the act erp needs one, got nothing",
  ],
  [
    "an id is not one",
    { ...sound, id: "A fault", notEncoded: "why" },
    '[0] (A fault).id: expected lower-case words joined by hyphens, got "A fault"',
  ],
  [
    "an architecture is unknown",
    { ...sound, image: { architecture: "sparc" } },
    '[0] (a-fault).image.architecture: expected one of amd64, arm64, got "sparc"',
  ],
])("a corpus in which %s is refused by file, path, value and what was expected", (_name, fault, problem) => {
  expect(() => checkFaults("mine.json", [fault])).toThrow(`mine.json ${problem}`);
});

test("every problem of a file is reported at once, a doubled id too", () => {
  const fault = { ...sound, notEncoded: "why" };
  expect(() => checkFaults("mine.json", [fault, fault])).toThrow(
    '1 thing is wrong; no fault was tried:\n  mine.json [1] (a-fault).id: expected an id that no other fault has, got "a-fault"',
  );
  expect(() =>
    checkFaults("mine.json", [
      { ...fault, title: 1 },
      { ...fault, harmless: false },
    ]),
  ).toThrow(/^2 things are wrong/);
  expect(() => checkFaults("mine.json", {})).toThrow("mine.json : expected a list of faults, got {}");
});
