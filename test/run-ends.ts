import { rmSync } from "node:fs";

export default () => rmSync(process.env.ORDER_QUEUE_TEST_RUN ?? "", { recursive: true, force: true });
