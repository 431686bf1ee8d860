import { Place, Room } from "../../../service/room.ts";

const MIB = 1024 * 1024;

function enter(room: Room, owner: string, bytes = 0): Place {
  const place = room.enter(owner, bytes);
  if (!(place instanceof Place)) throw new Error(`no room: ${place}`);
  return place;
}

test("one store reads 200 orders at a time, and another one still has room", () => {
  const room = new Room();
  const places = Array.from({ length: 200 }, () => enter(room, "a"));
  expect(room.enter("a", 0)).toBe("owner");
  enter(room, "b");
  places[0]?.endReading();
  places[1]?.endReading();
  enter(room, "a");
});

test("bytes count as they arrive, until the order is answered", () => {
  const room = new Room();
  const place = enter(room, "a", 16 * MIB);
  expect(place.take(16 * MIB - 256)).toBeUndefined();
  expect(place.take(1)).toBe("owner");
  place.endReading();
  expect(room.enter("a", 1)).toBe("owner");
  place.leave();
  place.leave();
  enter(room, "a", 16 * MIB);
});

test("an order that says it has more bytes than there is room for is refused before it is read", () => {
  const room = new Room();
  expect(room.enter("a", 32 * MIB + 1)).toBe("container");
  enter(room, "a").take(12 * MIB);
  expect(room.enter("a", 10 * MIB)).toBe("owner");
  enter(room, "b", 10 * MIB);
});

test("a body that comes byte by byte counts as what it costs", () => {
  const place = enter(new Room(), "a");
  let chunks = 0;
  while (place.take(1) === undefined) chunks += 1;
  expect(chunks).toBe(65_281); // 257 bytes each, until they are more than what is left of 32 MiB
});
