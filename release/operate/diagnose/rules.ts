import type { Facts, Service, Stop } from "./facts.ts";

/** What is likely wrong with a stack; pure. */
export interface Cause {
  /** The rule that found it. */
  kind: string;
  what: string;
  /** Facts that speak for it, in the words of whoever said them. */
  evidence: string[];
  mend: string;
}

type Rule = (facts: Facts) => Omit<Cause, "kind"> | undefined;

/**
 * Every rule, the most likely first: what says itself why it fails, then what is found missing or wrong, then what is only
 * a sign of something else.
 */
const rules: Record<string, Rule> = {
  "image-gone": imageGone,
  "cannot-start": cannotStart,
  "crash-loop": crashLoop,
  "health-checks-fail": healthChecksFail,
  "access-denied": accessDenied,
  "stopped-by-hand": stoppedByHand,
  "service-missing": serviceMissing,
  "went-back": wentBack,
  "certificate-broken": certificateBroken,
  "record-missing": recordMissing,
  "erp-fails": erpFails,
  "dead-letters": deadLetters,
  "queue-grows": queueGrows,
  "too-few-containers": tooFewContainers,
  "update-failed": updateFailed,
  "host-unreachable": hostUnreachable,
  alarm,
  "nobody-told": nobodyTold,
  "certificate-ends": certificateEnds,
  unread,
};

export function causesOf(facts: Facts): Cause[] {
  return Object.entries(rules).flatMap(([kind, rule]) => {
    const cause = rule(facts);
    return cause ? [{ kind, ...cause }] : [];
  });
}

/** Milliseconds in which a service that is whole again may have lost its containers once, and no more often. */
const recentMs = 15 * 60_000;
/** Seconds an order may wait: twice what one receive takes with all its attempts at an ERP (infra/queue.ts). */
const oldSeconds = 240;
/** Days below which ACM should have renewed a certificate (infra/monitoring/certificate-alarm.ts). */
const renewalDays = 30;

const whole = ({ running, desired }: Service): boolean => running >= desired;

/**
 * Stops that tell of something that is wrong still: a container that was lost and replaced since is none, nor is what
 * happened long before a service's last stop.
 */
function tellingStops(facts: Facts): Stop[] {
  const { services, stops, change } = facts;
  const updateFailedAt = change && change.result !== "succeeded" ? Date.parse(change.endTime) : undefined;
  return services.flatMap((service) => {
    const all = stops.filter((stop) => stop.service === service.name);
    const last = all[0] ? Date.parse(all[0].at) : 0;
    const own = all.filter(({ at }) => last - Date.parse(at) < recentMs);
    const failed = own.filter((stop) => Date.parse(facts.at) - Date.parse(stop.at) < recentMs && bad(stop));
    const again = failed.length > Math.max(2, service.desired);
    const duringUpdate = updateFailedAt !== undefined && Math.abs(updateFailedAt - last) < recentMs;
    return !whole(service) || service.failedDeployments.length > 0 || again || duringUpdate ? own : [];
  });
}

/** It failed to start, or ended with a code of failure. */
const bad = ({ code, exitCodes }: Stop): boolean =>
  code === "TaskFailedToStart" || Object.values(exitCodes).some((exit) => exit !== undefined && exit !== 0);

/** One line a service and reason: how often, when last. */
export function told(stops: readonly Stop[]): string[] {
  return [...Map.groupBy(stops, (stop) => `${stop.service} ${reasonOf(stop)}`).values()].flatMap((same) => {
    const [newest] = same;
    return newest ? [`${same.length} × ${newest.service}, last at ${newest.at}: ${reasonOf(newest)}`] : [];
  });
}

function reasonOf({ reason, exitCodes }: Stop): string {
  const codes = Object.entries(exitCodes).flatMap(([name, code]) => (code === undefined ? [] : [`${name} ${code}`]));
  return codes.length > 0 ? `${reason} (exit code of ${codes.join(", ")})` : reason;
}

const servicesOf = (stops: readonly Stop[]): string => [...new Set(stops.map(({ service }) => service))].join(" and ");

const rollback = ({ stack }: Facts): string => `npx order-queue rollback ${stack}`;

function imageGone(facts: Facts) {
  const stops = tellingStops(facts).filter(({ reason }) => reason.includes("CannotPullContainer"));
  if (stops.length === 0) return undefined;
  return {
    what: `The image of ${servicesOf(stops)} cannot be pulled.`,
    evidence: told(stops),
    mend:
      "see whether ECR has the digest in this region (aws ecr describe-images --repository-name order-queue); " +
      `${rollback(facts)} goes back to a release whose image is there, a new release builds another one.`,
  };
}

function cannotStart(facts: Facts) {
  const stops = tellingStops(facts).filter(
    ({ code, reason }) => code === "TaskFailedToStart" && !reason.includes("CannotPullContainer"),
  );
  if (stops.length === 0) return undefined;
  return {
    what: `Containers of ${servicesOf(stops)} cannot be started.`,
    evidence: told(stops),
    mend:
      "the reason names what the task misses: a secret, its log group, a way to AWS's endpoints, or a permission of the " +
      `execution role; if the last update took it away, ${rollback(facts)}.`,
  };
}

function crashLoop(facts: Facts) {
  const stops = tellingStops(facts).filter((stop) => stop.code === "EssentialContainerExited" && bad(stop));
  if (stops.length === 0) return undefined;
  const killed = stops.every(({ exitCodes }) => Object.values(exitCodes).includes(137));
  return {
    what: `Containers of ${servicesOf(stops)} end by themselves, again and again.`,
    evidence: told(stops),
    mend: killed
      ? "137 is a kill: memory that ran out, unless somebody killed them; give them more memory, or see what uses it."
      : `their log's last lines say why (aws logs tail); if the last update did it, ${rollback(facts)}.`,
  };
}

function healthChecksFail(facts: Facts) {
  const stops = tellingStops(facts).filter(({ reason }) => /failed .*health checks/i.test(reason));
  const unhealthy = facts.targets.filter(({ state }) => state === "unhealthy");
  if (stops.length === 0 && unhealthy.length === 0) return undefined;
  const of = stops.length > 0 ? servicesOf(stops) : [...new Set(unhealthy.map(({ group }) => group))].join(" and ");
  return {
    what: `Containers of ${of} fail their health checks.`,
    evidence: [
      ...unhealthy.map(({ group, target, reason }) => `${group}, target ${target}: ${reason}`),
      ...told(stops),
    ],
    mend:
      "a time-out or a refused connection is the network (security groups) or a container that hangs, a code is the " +
      `container's own answer: see its log; if the last update did it, ${rollback(facts)}.`,
  };
}

function accessDenied({ denied }: Facts) {
  if (denied.length === 0) return undefined;
  return {
    what: `AWS denies ${denied.map(({ service }) => service).join(" and ")} a call.`,
    evidence: denied.map(({ service, message, at }) => `${service}, ${at}: ${message}`),
    mend: "the message names role and action: see infra/roles.ts, the queue's policy, and the endpoints' policies.",
  };
}

function stoppedByHand(facts: Facts) {
  const stops = tellingStops(facts).filter(({ code }) => code === "UserInitiated");
  if (stops.length === 0) return undefined;
  return {
    what: `Somebody stopped containers of ${servicesOf(stops)}.`,
    evidence: told(stops),
    mend: "ECS starts others by itself; who did it is in CloudTrail (StopTask).",
  };
}

function serviceMissing({ stack, services }: Facts) {
  const missing = services.filter(({ events }) => events.includes("ECS has no such service"));
  if (missing.length === 0) return undefined;
  return {
    what: "A service that the stack records is not there.",
    evidence: missing.map(({ name }) => `${name}: ECS has no such service`),
    mend: `somebody deleted it: pulumi refresh -s ${stack}, then pulumi up -s ${stack} makes it anew.`,
  };
}

/** ECS goes back by itself, and an update that did not wait for it looks as if it had succeeded. */
function wentBack(facts: Facts) {
  const { image } = facts.release.here;
  const other = facts.services.filter(({ images }) => image !== undefined && images.some((digest) => digest !== image));
  const failed = facts.services.filter(({ failedDeployments }) => failedDeployments.length > 0);
  if (other.length === 0 && failed.length === 0) return undefined;
  return {
    what: "ECS gave up a deployment: what runs is not what the stack says.",
    evidence: [
      ...failed.flatMap(({ name, failedDeployments }) => failedDeployments.map((reason) => `${name}: ${reason}`)),
      ...other.map(({ name, images }) => `${name} runs ${images.join(", ")}, the stack says ${image}`),
    ],
    mend: `see why its containers stopped; ${rollback(facts)} makes the stack say what runs.`,
  };
}

function certificateBroken({ certificates, hosts }: Facts) {
  const live = new Set(hosts.map(({ hostname }) => hostname));
  const broken = certificates.flatMap(({ hostname, status, inUse }) => {
    if (!live.has(hostname)) return [];
    if (status !== "ISSUED") return [`${hostname}: ACM says ${status}`];
    return inUse ? [] : [`${hostname}: no load balancer holds its certificate`];
  });
  const refused = hosts.filter(({ problem = "" }) => /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(problem));
  if (broken.length === 0 && refused.length === 0) return undefined;
  return {
    what: "A certificate is missing, has run out or is another name's: stores refuse the connection.",
    evidence: [...broken, ...refused.map(({ hostname, problem }) => `${hostname}: ${problem}`)],
    mend:
      "publish the validation record that ACM asks for, or attach the certificate again (pulumi up); nothing else has to " +
      "change for it, least of all the containers.",
  };
}

function recordMissing({ stack, records }: Facts) {
  if (records.length === 0) return undefined;
  return {
    what: "DNS is not as the stack made it.",
    evidence: records.map(
      ({ name, type, expected, found }) =>
        `${type} ${name}: expected ${expected}, the zone has ${found ?? "no such record"}`,
    ),
    mend: `pulumi refresh -s ${stack}, then pulumi up -s ${stack} makes the records again.`,
  };
}

function erpFails({ erps }: Facts) {
  if (erps.length === 0) return undefined;
  const stores = erps.map(({ store }) => store);
  return {
    what: `The ERP of ${stores.join(" and ")} takes no orders.`,
    evidence: erps.map(
      ({ store, failures, reason, at }) => `${store}: ${failures} × not delivered, last at ${at}: ${reason}`,
    ),
    mend: "ask whoever runs that ERP; orders wait in the queue and are tried again, other stores are not held up.",
  };
}

function deadLetters({ stack, queue }: Facts) {
  if (!queue || queue.deadLetters === 0) return undefined;
  return {
    what: "Orders were given up after their last attempt.",
    evidence: [`${queue.deadLetters} in the dead-letter queue`],
    mend:
      `npx order-queue redrive ${stack} tells of which stores and why; see that the store's ERP takes orders, ` +
      "then call it with --store and --yes.",
  };
}

function queueGrows({ queue }: Facts) {
  if (!queue) return undefined;
  const { visible, visibleBefore, oldestSeconds = 0 } = queue;
  const grows = visibleBefore !== undefined && visible > visibleBefore + 10;
  if (!grows && oldestSeconds <= oldSeconds) return undefined;
  return {
    what: "Orders wait: fewer leave the queue than come in.",
    evidence: [
      `${visible} in the queue${grows ? `, ${visibleBefore} some minutes ago` : ""}`,
      ...(oldestSeconds > oldSeconds ? [`the oldest has waited for ${oldestSeconds} s`] : []),
    ],
    mend: "see that dispatch runs and scales (its maximum is a setting), and which ERP is slow.",
  };
}

function tooFewContainers({ services }: Facts) {
  const lacking = services.filter((service) => !whole(service));
  if (lacking.length === 0) return undefined;
  return {
    what: `Fewer containers of ${lacking.map(({ name }) => name).join(" and ")} run than should.`,
    evidence: lacking.flatMap(({ name, running, desired, pending, events }) => [
      `${name}: ${running} of ${desired} run, ${pending} start`,
      ...events.slice(0, 2),
    ]),
    mend: "ECS's messages say what it waits for.",
  };
}

function updateFailed(facts: Facts) {
  const { change } = facts;
  if (!change || change.result === "succeeded") return undefined;
  return {
    what: `The last update ${change.result === "failed" ? "failed" : `is ${change.result}`}.`,
    evidence: [`update ${change.version}, ${change.endTime}: ${change.message}`],
    mend: `${rollback(facts)} goes back to the last good one.`,
  };
}

function hostUnreachable({ hosts }: Facts) {
  const refused = hosts.filter(({ problem }) => problem !== undefined);
  if (refused.length === 0) return undefined;
  return {
    what: "Stores get no answer.",
    evidence: refused.map(({ hostname, problem }) => `${hostname}: ${problem}`),
    mend: "503 is a load balancer without healthy containers; a name that is not found is DNS.",
  };
}

function alarm({ alarms }: Facts) {
  if (alarms.length === 0) return undefined;
  return {
    what: `${alarms.length} alarm${alarms.length === 1 ? " is" : "s are"} in ALARM.`,
    evidence: alarms.map(({ name, since, description, reason }) => `${name}, since ${since}: ${description || reason}`),
    mend: "each alarm's text says what to do.",
  };
}

function nobodyTold({ unconfirmed }: Facts) {
  if (unconfirmed.length === 0) return undefined;
  return {
    what: "Alarms do not reach everybody whom they should.",
    evidence: unconfirmed.map(({ endpoint, status }) => `${endpoint}: ${status}`),
    mend: "whoever reads it confirms by the link in SNS's message; SNS console, Request confirmation, sends another one.",
  };
}

function certificateEnds({ certificates }: Facts) {
  const ending = certificates.filter(({ daysLeft }) => daysLeft !== undefined && daysLeft < renewalDays);
  if (ending.length === 0) return undefined;
  return {
    what: "A certificate should have been renewed by now.",
    evidence: ending.map(({ hostname, daysLeft }) => `${hostname}: ${daysLeft} days left`),
    mend: "see that a load balancer holds it and that its validation record is in the zone: ACM renews it then.",
  };
}

function unread({ unread: missing }: Facts) {
  if (missing.length === 0) return undefined;
  return {
    what: "Not everything could be read.",
    evidence: missing.map(({ what, why }) => `${what}: ${why}`),
    mend: "credentials, permissions, or a resource that is gone: the message says which.",
  };
}
