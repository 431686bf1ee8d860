import type { Resource, Store } from "../../core/store.ts";
import type { Look } from "./group-rules.ts";

/**
 * Availability zones that are lost: what is in them stops, and no packet reaches or leaves it. A mark in the store, so that
 * every decision sees it as it sees resources. Not modelled: the minute in which a load balancer takes a lost zone's node
 * out of its DNS; zones that are slow or lose some packets.
 */
const token = "twin:index/lostZone:LostZone";

/** @param zone `ap-southeast-2a` */
export function isLost(look: Look, zone: string): boolean {
  return look.list(token).some(({ id }) => id === zone);
}

/** The zone that a change of the store lost or brought back; undefined for any other change. */
export function zoneOf({ type, id }: Resource): string | undefined {
  return type === token ? id : undefined;
}

/** Marks an availability zone as lost. */
export function loseZone(store: Store, zone: string): void {
  store.put({ type: token, id: zone, region: zone.slice(0, -1), inputs: {}, outputs: {} });
}

/** Removes the mark of a lost zone. */
export function bringBackZone(store: Store, zone: string): void {
  store.remove(token, zone, zone.slice(0, -1));
}
