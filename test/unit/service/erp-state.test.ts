import { ErpState } from "../../../service/erp-state.ts";
import { ManualClock } from "../../manual-clock.ts";

describe("orders that wait for a slot", () => {
  test("are invisible until their turn comes, by a second an order at first", () => {
    const state = new ErpState(new ManualClock());
    const seconds = Array.from({ length: 300 }, () => state.hide(50, 50));
    expect([seconds[0], seconds[49], seconds[50], seconds[299]]).toEqual([1, 1, 2, 6]);
    expect(state.hidden).toBe(300);
  });

  test("are invisible by the pace of the orders before them, half an hour at the most", () => {
    const state = new ErpState(new ManualClock());
    for (let n = 0; n < 50; n += 1) state.took(20_000);
    expect(state.hide(50, 50)).toBe(19);
    expect(state.hide(5_000, 1)).toBe(1_800);
  });

  test("count as invisible until they are visible again", () => {
    const clock = new ManualClock();
    const state = new ErpState(clock);
    state.hide(0, 1);
    state.hide(1, 1);
    expect(state.hidden).toBe(2);
    clock.pass(1_000);
    expect(state.hidden).toBe(1);
    clock.pass(1_000);
    expect(state.hidden).toBe(0);
  });
});

describe("an ERP that says busy", () => {
  test("gets half as many posts, once for all answers of one moment, and one at the least", () => {
    const clock = new ManualClock();
    const state = new ErpState(clock);
    state.busy(40);
    state.busy(39);
    expect(state.most).toBe(20);
    for (const most of [10, 5, 2, 1, 1]) {
      clock.pass(1_000);
      state.busy(40);
      expect(state.most).toBe(most);
    }
  });

  test("gets one more for each round of posts that it takes", () => {
    const state = new ErpState(new ManualClock());
    state.busy(4);
    for (const most of [2, 2, 3, 3, 3, 4]) {
      state.taken();
      expect(state.most).toBe(most);
    }
  });
});
