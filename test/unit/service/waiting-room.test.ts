import { WaitingRoom } from "../../../service/waiting-room.ts";

const item = (store: string, id: number) => ({ store, id });

test("a store alone has half of the slots, and others still have some", () => {
  const room = new WaitingRoom<{ store: string; id: number }>(8);
  const added = [1, 2, 3, 4, 5].map((id) => room.add(item("a", id)));
  expect(added).toEqual([true, true, true, true, false]);
  expect([room.add(item("b", 1)), room.waiting("a"), room.waiting("b"), room.free]).toEqual([true, 4, 1, 3]);
});

test("the first in line of a store goes first, the stores take turns, and one that may not is passed over", () => {
  const room = new WaitingRoom<{ store: string; id: number }>(100);
  for (const id of [1, 2]) for (const store of ["a", "b", "c"]) room.add(item(store, id));
  const taken = Array.from({ length: 5 }, () => room.next((store) => store !== "c"));
  expect(taken).toEqual([item("a", 1), item("b", 1), item("a", 2), item("b", 2), undefined]);
  expect([room.waiting("c"), room.free]).toEqual([2, 98]);
});

test("a slot that is reserved is taken until its item has gone", () => {
  const room = new WaitingRoom<{ store: string; id: number }>(2);
  expect([room.reserve("a"), room.reserve("a"), room.free, room.waiting("a")]).toEqual([true, false, 1, 0]);
  room.enter(item("a", 1));
  expect([room.next(() => true), room.free]).toEqual([item("a", 1), 2]);
});
