/** What the log lines of one order say of its way and of where it is. Pure. */
import type { Properties } from "../../plan/graph.ts";

/** A line of a container's log about the order. */
export interface OrderLine {
  /** ISO 8601. */
  at: string;
  /** `SERVICE TASK`: which container wrote it. */
  container: string;
  /** The line's fields. */
  fields: Properties;
}

/** One event on an order's way. */
export interface OrderEvent {
  at: string;
  container: string;
  /** The log's words, e.g. `order accepted`. */
  what: string;
  /** Why it was not accepted, not delivered or given up. */
  reason?: string;
  /** Posts to the ERP in this receive. */
  attempts?: number;
}

/** An order of one store; two stores may use one id. */
export interface OrderTrace {
  store: string;
  orderId: string;
  events: OrderEvent[];
  /** Posts to its ERP, all receives together. */
  attempts: number;
  /** Where it is, in a sentence. */
  location: string;
}

/** The orders of an id, one a store, each with its events in their order. */
export function tracesOf(lines: readonly OrderLine[], orderId: string): OrderTrace[] {
  const own = lines.filter(({ fields }) => fields.orderId === orderId && typeof fields.store === "string");
  const byStore = Map.groupBy(
    own.toSorted((a, b) => a.at.localeCompare(b.at)),
    ({ fields }) => String(fields.store),
  );
  return [...byStore].map(([store, all]) => {
    const attempts = all.reduce((sum, { fields }) => sum + Number(fields.attempts ?? 0), 0);
    return { store, orderId, events: all.map(eventOf), attempts, location: locationOf(all) };
  });
}

function eventOf({ at, container, fields }: OrderLine): OrderEvent {
  const { msg = "", reason = fields.err?.message, attempts } = fields;
  return {
    ...{ at, container, what: String(msg) },
    ...(reason !== undefined && { reason: String(reason) }),
    ...(attempts !== undefined && { attempts: Number(attempts) }),
  };
}

/** The last line that says where an order is; the words are the service's (service/intake.ts, outcomes.ts, postponements.ts). */
function locationOf(lines: readonly OrderLine[]): string {
  const said = lines.toReversed().flatMap(({ at, fields }) => {
    const place = placeOf(String(fields.msg ?? ""), at, fields);
    return place === undefined ? [] : [place];
  });
  return said[0] ?? "unknown: no line says where it is";
}

function placeOf(what: string, at: string, { hidden, againMs }: Properties): string | undefined {
  if (what === "order delivered") return `at its ERP, since ${at}`;
  if (what.startsWith("order delivered but not deleted"))
    return "at its ERP, and on the queue until it is posted again";
  if (what.startsWith("order given up"))
    return `in the dead-letter queue, since ${at}; npx order-queue redrive moves it`;
  if (what.startsWith("order not accepted")) return "at its store, which was answered 503 and sends it again";
  if (what === "order accepted") return "on the queue, not posted yet";
  if (what === "order given back: stopping") return "on the queue, and is posted again at once";
  if (what !== "order not delivered") return undefined;
  const again = Date.parse(at) + (againMs === undefined ? Number(hidden ?? 0) * 1000 : Number(againMs));
  return `on the queue, and is posted again from ${new Date(again).toISOString()}`;
}
