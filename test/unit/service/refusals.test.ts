import { RefusalLog } from "../../../service/refusals.ts";
import { startLog } from "../../integration/service/in-process.ts";
import { ManualClock } from "../../manual-clock.ts";

const refused = { requestId: "r", store: "acme", status: 400, field: "payload", reason: "payload is wrong" };

test("the first five of a store, status and field are logged each minute, and the others counted", () => {
  const clock = new ManualClock();
  const { log, logger } = startLog("ingest");
  const refusals = new RefusalLog(logger, clock);
  for (let nth = 0; nth < 8; nth += 1) refusals.add(refused);
  refusals.add({ ...refused, store: "bluegum" });
  expect(log.map(({ msg, store }) => [msg, store])).toEqual([
    ...Array.from({ length: 5 }, () => ["request refused", "acme"]),
    ["request refused", "bluegum"],
  ]);
  clock.pass(60_000);
  refusals.add(refused);
  expect(log.slice(6)).toMatchObject([
    { msg: "requests refused without a line each in the last minute", refused: 3 },
    { msg: "request refused", ...refused },
  ]);
});
