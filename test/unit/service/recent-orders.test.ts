import { RecentOrders } from "../../../service/recent-orders.ts";
import { ManualClock } from "../../manual-clock.ts";

const MINUTES = 60_000;

test("another body under the id of a stored order is refused for 5 minutes, and the same body is not", () => {
  const clock = new ManualClock();
  const recent = new RecentOrders(clock);
  expect(recent.begin("acme/1", "a")).toBe(true);
  recent.end("acme/1", true);
  clock.pass(5 * MINUTES - 1);
  expect(recent.begin("acme/1", "b")).toBe(false);
  clock.pass(1);
  expect(recent.begin("acme/1", "b")).toBe(true);
  expect(recent.begin("acme/1", "b")).toBe(true);
});

test("the 5 minutes begin again with each equal order", () => {
  const clock = new ManualClock();
  const recent = new RecentOrders(clock);
  for (const _ of [1, 2]) {
    expect(recent.begin("acme/1", "a")).toBe(true);
    recent.end("acme/1", true);
    clock.pass(4 * MINUTES);
  }
  expect(recent.begin("acme/1", "b")).toBe(false);
});

test("another body is refused while the first one is under way, and accepted once that one failed", () => {
  const recent = new RecentOrders(new ManualClock());
  recent.begin("acme/1", "a");
  recent.begin("acme/1", "a");
  expect(recent.begin("acme/1", "b")).toBe(false);
  recent.end("acme/1", false);
  expect(recent.begin("acme/1", "b")).toBe(false);
  recent.end("acme/1", false);
  expect(recent.begin("acme/1", "b")).toBe(true);
});

test("one of two equal orders that failed does not free the id of the one that is stored", () => {
  const recent = new RecentOrders(new ManualClock());
  recent.begin("acme/1", "a");
  recent.begin("acme/1", "a");
  recent.end("acme/1", true);
  recent.end("acme/1", false);
  expect(recent.begin("acme/1", "b")).toBe(false);
});

test("when it is full, the order that was stored longest ago is forgotten", () => {
  const recent = new RecentOrders(new ManualClock(), 2);
  for (const id of ["1", "2", "1", "3"]) {
    recent.begin(id, "a");
    recent.end(id, true);
  }
  expect(["1", "3", "2"].map((id) => recent.begin(id, "b"))).toEqual([false, false, true]);
});
