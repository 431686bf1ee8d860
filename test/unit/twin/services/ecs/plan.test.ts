import { breakerThreshold, place, plan, type Situation } from "../../../../../twin/services/ecs/plan.ts";

const situation = (tasks: string[], more: Partial<Situation> = {}): Situation => ({
  ...{ desired: 2, minimumHealthyPercent: 100, maximumPercent: 200, primary: "new", mayStart: true },
  tasks: tasks.map((text) => {
    const [deployment = "", id = "", health] = text.split(" ");
    return { id, deployment, healthy: health === "healthy" };
  }),
  ...more,
});

const cases: [string, Situation, { start: number; stop: string[] }][] = [
  ["an empty service starts all it wants", situation([]), { start: 2, stop: [] }],
  [
    "an update starts new tasks up to the maximum and stops none while none is healthy",
    situation(["old a healthy", "old b healthy"]),
    { start: 2, stop: [] },
  ],
  [
    "an update starts no more than the maximum allows",
    situation(["old a healthy", "old b healthy"], { maximumPercent: 150 }),
    { start: 1, stop: [] },
  ],
  [
    "a healthy new task lets one old one go",
    situation(["old a healthy", "old b healthy", "new c healthy", "new d"]),
    { start: 0, stop: ["a"] },
  ],
  [
    "the last old one goes with the last new one",
    situation(["old b healthy", "new c healthy", "new d healthy"]),
    { start: 0, stop: ["b"] },
  ],
  ["old tasks that are not healthy go at once", situation(["old a", "old b healthy"]), { start: 2, stop: ["a"] }],
  [
    "without room above, the minimum lets old ones go first",
    situation(["old a healthy", "old b healthy"], { maximumPercent: 100, minimumHealthyPercent: 50 }),
    { start: 0, stop: ["a"] },
  ],
  [
    "a deployment that may not start leaves the old ones alone",
    situation(["old a healthy", "old b healthy"], { mayStart: false, minimumHealthyPercent: 50 }),
    { start: 0, stop: [] },
  ],
  [
    "scaling in stops what is not healthy first, then the newest",
    situation(["new a healthy", "new b healthy", "new c"], { desired: 1 }),
    { start: 0, stop: ["c", "b"] },
  ],
  [
    "a desired count of zero stops all",
    situation(["old a", "new b healthy"], { desired: 0 }),
    { start: 0, stop: ["a", "b"] },
  ],
];

it.each(cases)("%s", (_name, given, expected) => {
  expect(plan(given)).toEqual(expected);
});

it("the circuit breaker needs three failures at least, half of the desired count, 200 at most", () => {
  expect([0, 1, 6, 7, 25, 1000].map(breakerThreshold)).toEqual([3, 3, 3, 4, 13, 200]);
});

it("tasks are spread over the zones of the subnets", () => {
  const subnets = [{ zone: "a" }, { zone: "b" }, { zone: "c" }];
  expect(place(subnets, []).zone).toBe("a");
  expect(place(subnets, ["a"]).zone).toBe("b");
  expect(place(subnets, ["a", "b", "a", "c"]).zone).toBe("b");
  expect(() => place([], [])).toThrow("InvalidParameterException: subnets can not be empty.");
});
