import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names the folder of what suites share for as long as a run of the tests lasts; jest's workers inherit its name. */
export default () => {
  process.env.ORDER_QUEUE_TEST_RUN ??= mkdtempSync(join(tmpdir(), "order-queue-run-"));
};
