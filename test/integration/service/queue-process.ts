/**
 * A queue server as a process of its own, and the three queues of a region in it; their addresses are its first line.
 * Its argument is the receive count after which a message goes to the dead-letter queue.
 */
import { startFauxqs } from "fauxqs";

const region = "ap-southeast-2";
const server = await startFauxqs({ port: 0, logger: false, defaultRegion: region });
const dead = server.createQueue("orders-dead.fifo", { region, attributes: { FifoQueue: "true" } });
const redrive = { deadLetterTargetArn: dead.queueArn, maxReceiveCount: Number(process.argv[2]) };
const orders = server.createQueue("orders.fifo", {
  region,
  attributes: { FifoQueue: "true", VisibilityTimeout: "120", RedrivePolicy: JSON.stringify(redrive) },
});
const receipts = server.createQueue("receipts", { region });
const urls = { orders: orders.queueUrl, dead: dead.queueUrl, receipts: receipts.queueUrl };
console.log(JSON.stringify({ address: server.address, ...urls }));
