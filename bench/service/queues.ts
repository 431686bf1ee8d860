/**
 * The twin's SQS as a process of its own, and FIFO queues in it as infra makes them. Arguments: a folder for its state, how
 * many queues, and after how many milliseconds a call begins. Its first line says where it is and what their URLs are;
 * each further line of its input names a queue, and is answered by what is in it.
 */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { realTime } from "../../twin/core/clock.ts";
import { Store } from "../../twin/core/store.ts";
import { View } from "../../twin/core/view.ts";
import { Network } from "../../twin/services/ec2/behaviour.ts";
import { Credentials } from "../../twin/services/ecs/credentials.ts";
import { Iam } from "../../twin/services/iam/behaviour.ts";
import { Gate } from "../../twin/services/iam/caller-gate.ts";
import { answers } from "../../twin/services/sqs/api.ts";
import { Sqs } from "../../twin/services/sqs/behaviour.ts";

const [folder = "", count = "1", latencyMs = "0"] = process.argv.slice(2);
const region = "ap-southeast-2";
const account = "123456789012";

const store = new Store(folder);
const view = new View(store);
const gate = new Gate(new Credentials(), new Network(view, 0, realTime, () => {}), new Iam(view, account));
const delayed: Pick<Gate, "reject"> = {
  reject: async (call) => {
    if (latencyMs !== "0") await pause(Number(latencyMs));
    return gate.reject(call);
  },
};
const sqs = new Sqs(store, join(folder, "sqs"), account, delayed, Date.now);
await sqs.start(
  0,
  answers({ sqs, store, account }, () => {}),
);

const attributes = { FifoQueue: "true", VisibilityTimeout: "120", MessageRetentionPeriod: "1209600" };
const urls = Array.from({ length: Number(count) }, (_, index) => sqs.create(`q-${index}.fifo`, region, attributes).url);
console.log(JSON.stringify({ endpoint: sqs.endpoint, urls }));

for await (const url of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(sqs.depth(url.slice(url.lastIndexOf("/") + 1), region)));
}
