import { Breaker } from "../../../service/breaker.ts";

describe("a breaker", () => {
  function opened(): Breaker {
    const breaker = new Breaker();
    const opens = ["a", "b", "c", "a", "b"].map((order) => breaker.failed(order, "post", 0));
    expect(opens).toEqual([false, false, false, false, true]);
    return breaker;
  }

  test("opens after five failures in a row, and lets one order through when its time is over", () => {
    const breaker = opened();
    expect([0, 4_999].map((now) => breaker.admit(now))).toEqual(["hold", "hold"]);
    expect([5_000, 5_000].map((now) => breaker.admit(now))).toEqual(["probe", "hold"]);
  });

  test("stays open twice as long after each probe that fails, a minute at the most", () => {
    const breaker = opened();
    let now = 0;
    const waits: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      const since = now;
      while (breaker.admit(now) === "hold") now += 1_000;
      waits.push((now - since) / 1_000);
      expect(breaker.failed("x", "probe", now)).toBe(false);
    }
    expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
  });

  test("closes with the first answer, also to an order that was under way when it opened", () => {
    const breaker = opened();
    expect(breaker.failed("late", "post", 3)).toBe(false);
    expect(breaker.admit(5_000)).toBe("probe");
    expect(breaker.answered(5_100)).toBe(true);
    expect([breaker.open, breaker.admit(5_100), breaker.answeredAt]).toEqual([false, "post", 5_100]);
    expect(breaker.answered(5_200)).toBe(false);
  });

  test("is not opened by one order that the ERP chokes on, nor by failures between answers", () => {
    const breaker = new Breaker();
    for (let n = 0; n < 50; n += 1) expect(breaker.failed(n % 2 ? "bad" : "worse", "post", n)).toBe(false);
    breaker.answered(50);
    for (const order of ["a", "b", "c", "d"]) expect(breaker.failed(order, "post", 51)).toBe(false);
    breaker.answered(52);
    expect(breaker.failed("e", "post", 53)).toBe(false);
  });

  test("knows for how long there was no answer, from the first failure on", () => {
    const breaker = new Breaker();
    expect(breaker.downMs(10)).toBe(0);
    breaker.failed("a", "post", 10);
    breaker.failed("b", "post", 20);
    expect(breaker.downMs(30)).toBe(20);
    breaker.answered(40);
    expect(breaker.downMs(50)).toBe(0);
  });
});
