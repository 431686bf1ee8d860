import { every, pause, realClock, within } from "../../../service/clock.ts";
import { ManualClock } from "../../manual-clock.ts";

const never = new AbortController().signal;

describe("the machine's own clock", () => {
  test("counts milliseconds, and a pause takes as many", async () => {
    const began = performance.now();
    const before = realClock.now();
    await pause(realClock, 50, never);
    // A timer of Node counts from the start of its turn, in whole milliseconds.
    expect(performance.now() - began).toBeGreaterThanOrEqual(48);
    expect(realClock.now() - before).toBeGreaterThanOrEqual(48);
  });

  test("calls nothing that was cancelled", async () => {
    const called: string[] = [];
    const cancel = realClock.after(1, () => called.push("cancelled"));
    realClock.after(2, () => called.push("kept"));
    cancel();
    await pause(realClock, 20, never);
    expect(called).toEqual(["kept"]);
  });
});

describe("on any clock", () => {
  test("a pause is over when its time is, or when its signal is aborted", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const over: string[] = [];
    void pause(clock, 1_000, never).then(() => over.push("time"));
    void pause(clock, 5_000, controller.signal).then(() => over.push("signal"));
    await clock.run(999);
    expect(over).toEqual([]);
    await clock.run(1);
    expect(over).toEqual(["time"]);
    controller.abort();
    await clock.run(0);
    await pause(clock, 5_000, controller.signal);
    expect(over).toEqual(["time", "signal"]);
  });

  test("what happens every so often does until it is stopped, also from inside", () => {
    const clock = new ManualClock();
    const began = clock.now();
    const at: number[] = [];
    const stop = every(clock, 500, () => {
      at.push(clock.now() - began);
      if (at.length === 3) stop();
    });
    clock.pass(5_000);
    expect(at).toEqual([500, 1_000, 1_500]);
  });

  test("work has its time, and keeps its own outcome inside it", async () => {
    const clock = new ManualClock();
    const aborted = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const late = within(clock, 2_000, aborted).catch(({ name }: Error) => name);
    clock.pass(2_000);
    expect(await late).toBe("TimeoutError");
    expect(await within(clock, 2_000, async () => "done")).toBe("done");
    await expect(within(clock, 2_000, () => Promise.reject(new Error("its own")))).rejects.toThrow("its own");
  });
});
