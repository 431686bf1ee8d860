import { diagnosisReport } from "../../../cli/diagnosis.ts";
import { type Facts, type Source, sources } from "../../../release/operate/diagnose/facts.ts";

const empty: Facts = {
  stack: "prod-au",
  at: "2026-07-28T13:00:00.000Z",
  release: { here: {}, staging: {} },
  ...{ services: [], stops: [], targets: [], hosts: [], certificates: [], records: [], alarms: [], unconfirmed: [] },
  ...{ erps: [], givenUp: [], denied: [], unread: [] },
};

/** The rows that say that something cannot be read. */
function unreadable(source: Source): string[] {
  const facts = { ...empty, unread: [{ source, why: "AccessDenied: no" }] };
  const lines = diagnosisReport({ facts, causes: [], seconds: 1 }).split("\n");
  return lines.flatMap((line) => (line.includes("cannot be read (") ? [line.replace(/ {2,}/, ": ")] : []));
}

test("what could not be read is shown as that, in each row that needs it, and never as none", () => {
  expect(unreadable("alarms")).toEqual(["alarms: cannot be read (alarms: AccessDenied: no)"]);
  expect(unreadable("containers").map((line) => line.split(":")[0])).toEqual([
    "containers",
    "stopped in the last hour",
  ]);
  expect(unreadable("state")).toHaveLength(11);
  for (const source of Object.keys(sources) as Source[])
    expect([source, unreadable(source).length]).not.toEqual([source, 0]);
});
