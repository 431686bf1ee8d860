import { existsSync, rmSync } from "node:fs";

export default () => {
  const folder = process.env.ORDER_QUEUE_TEST_RUN ?? "";
  if (existsSync(folder)) rmSync(folder, { recursive: true });
};
