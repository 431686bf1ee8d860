import { Failures } from "../../../service/failures.ts";

const own = Number.POSITIVE_INFINITY;

test("count since the first one, and as the order's own fault when the ERP answered another order since the last one", () => {
  const failures = new Failures();
  expect(failures.add("m", 10, 9)).toEqual({ failures: 1, ownFaults: 0, failingMs: 0 });
  expect(failures.add("m", 20, 10)).toEqual({ failures: 2, ownFaults: 0, failingMs: 10 });
  expect(failures.add("m", 30, 21)).toEqual({ failures: 3, ownFaults: 1, failingMs: 20 });
  expect(failures.add("m", 40, 30)).toEqual({ failures: 4, ownFaults: 1, failingMs: 30 });
  expect(failures.add("other", 50, 41)).toEqual({ failures: 1, ownFaults: 0, failingMs: 0 });
});

test("count as the order's own fault when the ERP refused it, also the first time", () => {
  const failures = new Failures();
  expect([failures.add("m", 10, own).ownFaults, failures.add("m", 11, own).ownFaults]).toEqual([1, 2]);
});

test("are forgotten with the order", () => {
  const failures = new Failures();
  failures.add("m", 10, own);
  failures.forget("m");
  expect(failures.add("m", 11, 11)).toEqual({ failures: 1, ownFaults: 0, failingMs: 0 });
});

test("are remembered for 10,000 orders; the one whose last failure is longest ago is forgotten first", () => {
  const failures = new Failures();
  failures.add("first", 0, own);
  failures.add("second", 0, own);
  failures.add("first", 1, 0);
  for (let n = 0; n < 9_998; n += 1) failures.add(`m${n}`, 2, 0);
  failures.add("further", 2, 0);
  expect(failures.add("first", 3, 0).failures).toBe(3);
  expect(failures.add("second", 3, 0).failures).toBe(1);
});
