import { type AlarmState, evaluate, type MissingData } from "../../../../../twin/services/cloudwatch/evaluate.ts";
import { compute } from "../../../../../twin/services/cloudwatch/expression.ts";
import type { Series } from "../../../../../twin/services/cloudwatch/series.ts";

const rule = (treatMissingData: MissingData, datapointsToAlarm: number, evaluationPeriods = 3) => ({
  ...{
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData,
  },
});

/** As the tables of the CloudWatch user guide write it: 0 is fine, X breaches, - is missing. */
const series = (text: string): Series => text.split(" ").map((c) => (c === "-" ? undefined : c === "X" ? 1 : 0));

type Row = [points: string, missing: string, ignore: string, breaching: string, notBreaching: string];

// "retain" stands for the state that the alarm had before.
const threeOfThree: Row[] = [
  ["0 - X - X", "OK", "OK", "OK", "OK"],
  ["0 - - - -", "OK", "OK", "OK", "OK"],
  ["- - - - -", "INSUFFICIENT_DATA", "retain", "ALARM", "OK"],
  ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["- - X - -", "ALARM", "retain", "ALARM", "OK"],
];
const twoOfThree: Row[] = [
  ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 - X - -", "OK", "OK", "ALARM", "OK"],
  ["- - - - 0", "OK", "OK", "ALARM", "OK"],
  ["- - - X -", "ALARM", "retain", "ALARM", "OK"],
];

describe.each([
  [3, threeOfThree],
  [2, twoOfThree],
])("%i datapoints out of 3", (toAlarm, rows) => {
  it.each(rows)("%s", (points, ...expected) => {
    const kinds: MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];
    for (const before of ["OK", "ALARM"] as AlarmState[]) {
      const states = kinds.map((kind) => evaluate(rule(kind, toAlarm), series(points), before));
      expect(states).toEqual(expected.map((state) => (state === "retain" ? before : state)));
    }
  });
});

it.each([
  ["GreaterThanThreshold", "OK"],
  ["GreaterThanOrEqualToThreshold", "ALARM"],
  ["LessThanThreshold", "OK"],
  ["LessThanOrEqualToThreshold", "ALARM"],
])("%s of a value at the threshold is %s", (comparisonOperator, state) => {
  expect(evaluate({ ...rule("missing", 1, 1), comparisonOperator }, [0], "OK")).toBe(state);
});

it("a comparison that is not modelled is an error by name", () => {
  const anomaly = { ...rule("missing", 1, 1), comparisonOperator: "LessThanLowerThreshold" };
  expect(() => evaluate(anomaly, [0], "OK")).toThrow("The comparison LessThanLowerThreshold is not modelled");
});

describe("metric math", () => {
  const metrics = { m1: [4, 3, undefined], m2: [1, undefined, undefined] };

  it.each<[string, Series]>([
    ["m1 - m2", [3, undefined, undefined]],
    ["m1 - FILL(m2, 0)", [3, 3, undefined]],
    ["FILL(m1 - m2, 9)", [3, 9, 9]],
    ["(m1 + 2) * 3 / -3", [-6, -5, undefined]],
    ["m1 / (m2 - 1)", [undefined, undefined, undefined]],
    ["1.5", [1.5, 1.5, 1.5]],
    ["m1 > 3", [1, 0, undefined]],
    ["(m1 + 1 <= 4) * 2", [0, 2, undefined]],
    ["IF(m1 > 3, m1, 9) - 1", [3, 8, undefined]],
    ["IF(m1 == 3, 0, m2)", [1, 0, undefined]],
    ["FILL(IF(m1 != 4, m1, m2), 7)", [1, 3, 7]],
  ])("%s", (expression, expected) => {
    expect(compute(expression, metrics, 3)).toEqual(expected);
  });

  it.each([
    ["ANOMALY_DETECTION_BAND(m1)", "the function ANOMALY_DETECTION_BAND is not modelled"],
    ["FILL(m1, REPEAT)", "FILL with REPEAT is not modelled"],
    ["m1 - m3", "m3 is not understood here"],
    ["m1 -", "the end is not understood here"],
    ["IF(m1 > 3, 1)", ") is not understood here"],
    ["m1 m2", "m2 is not understood here"],
  ])("%s is refused", (expression, message) => {
    expect(() => compute(expression, metrics, 3)).toThrow(message);
  });
});
