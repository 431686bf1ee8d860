import { findStack, staging } from "../../../stacks/registry.ts";
import type { WorkspaceLocation } from "../../workspace/stack.ts";
import { readAlarms } from "./alarms.ts";
import { readCertificates } from "./certificates.ts";
import { awsClients } from "./clients.ts";
import { readContainers } from "./containers.ts";
import type { Facts, Source, Unread } from "./facts.ts";
import { readHosts } from "./hosts.ts";
import { readLogs } from "./logs.ts";
import { readQueue } from "./queue.ts";
import { readUnconfirmed } from "./recipients.ts";
import { readRecords } from "./records.ts";
import { causesOf } from "./rules/list.ts";
import type { Cause } from "./rules/rule.ts";
import { readChange, readRelease, readState, type StackState } from "./state.ts";
import { readTargets } from "./targets.ts";

export interface Diagnosis {
  facts: Facts;
  /** The most likely first; empty when nothing is wrong. */
  causes: Cause[];
  /** Wall clock. */
  seconds: number;
}

/** Reads everything that says how a stack is, all at once, and names what is likely wrong. Changes nothing. */
export async function diagnose(location: WorkspaceLocation, stack: string): Promise<Diagnosis> {
  const started = performance.now();
  const facts = await readFacts(location, stack);
  return { facts, causes: causesOf(facts), seconds: (performance.now() - started) / 1000 };
}

/** What cannot be read is a fact too, and keeps nothing else from being read. */
async function readFacts(location: WorkspaceLocation, name: string): Promise<Facts> {
  const unread: Unread[] = [];
  const attempt = <T>(source: Source, read: Promise<T>, otherwise: T): Promise<T> =>
    read.catch((error: Error) => {
      unread.push({ source, why: `${error.name}: ${error.message.split("\n").slice(0, 3).join(" ")}` });
      return otherwise;
    });
  const nothing: StackState = { outputs: {}, of: () => [] };
  const [change, ofStaging, state] = await Promise.all([
    attempt("history", readChange(location, name), undefined),
    attempt("staging", readRelease(location, staging.name), {}),
    attempt("state", readState(location, name), nothing),
  ]);
  const now = Date.now();
  const clients = awsClients(location, findStack(name).region);
  const [containers, targets, queue, hosts, certificates, records, alarms, unconfirmed, logs] = await Promise.all([
    attempt("containers", readContainers(clients.ecs, state, now), { services: [], stops: [] }),
    attempt("targets", readTargets(clients.elb, state), []),
    attempt("queue", readQueue(clients, state, now), undefined),
    attempt("hosts", readHosts(state, location.environment), []),
    attempt("certificates", readCertificates(clients.acm, state, now), []),
    attempt("records", readRecords(clients.route53, state), []),
    attempt("alarms", readAlarms(clients.cloudwatch, state), []),
    attempt("unconfirmed", readUnconfirmed(clients.sns, state), []),
    attempt("logs", readLogs(clients.logs, state, now), { erps: [], givenUp: [], denied: [] }),
  ]);
  for (const client of Object.values(clients)) client.destroy();
  const { release, image } = state.outputs;
  return {
    stack: name,
    at: new Date(now).toISOString(),
    ...(change && { change }),
    release: { here: { release, image }, staging: ofStaging },
    ...containers,
    targets,
    ...(queue && { queue }),
    ...{ hosts, certificates, records, alarms, unconfirmed },
    ...logs,
    unread,
  };
}
