import { join } from "node:path";
import { realTime } from "../../../../../twin/core/clock.ts";
import { Store } from "../../../../../twin/core/store.ts";
import { View } from "../../../../../twin/core/view.ts";
import { Network } from "../../../../../twin/services/ec2/behaviour.ts";
import { Credentials } from "../../../../../twin/services/ecs/credentials.ts";
import { Iam } from "../../../../../twin/services/iam/behaviour.ts";
import { Gate } from "../../../../../twin/services/iam/caller-gate.ts";
import { answers } from "../../../../../twin/services/sqs/api.ts";
import { Sqs } from "../../../../../twin/services/sqs/behaviour.ts";

const account = "123456789012";

/** The twin's SQS alone, over its wire, with its state in a folder. */
export interface TestSqs {
  sqs: Sqs;
  stop(): Promise<void>;
}

export async function startSqs(directory: string, now: () => number = Date.now, time = realTime): Promise<TestSqs> {
  const store = new Store(directory);
  const view = new View(store);
  const gate = new Gate(new Credentials(), new Network(view, 0, realTime, () => {}), new Iam(view, account));
  const sqs = new Sqs(store, join(directory, "sqs"), account, gate, now, time);
  await sqs.start(
    0,
    answers({ sqs, store, account }, () => {}),
  );
  return {
    sqs,
    stop: async () => {
      await sqs.close();
      store.close();
    },
  };
}
