import { processingSeconds, serviceDefaults } from "../../../../policy/order-queue/definitions.ts";
import { longestReceiveMs } from "../../../../service/backoff.ts";
import { dispatchSettings } from "../../../../service/settings.ts";

const digest = `sha256:${"5".repeat(64)}`;

const environment = (values: Record<string, string>) => ({
  environment: Object.entries(values).map(([name, value]) => ({ name, value })),
});

test("the defaults that policy judges by are the service's own", () => {
  const { erp, receiveWaitSeconds, stopTimeoutMs } = dispatchSettings({
    QUEUE_URL: "https://sqs/orders.fifo",
    RECEIPTS_QUEUE_URL: "https://sqs/receipts",
    DEAD_LETTER_QUEUE_URL: "https://sqs/dead-letter.fifo",
    STORE_ERPS: "{}",
    PLATFORM_DOMAIN: "eu.orderhub.example",
    AWS_REGION: "eu-west-1",
    RELEASE: "0123456789ab",
    IMAGE_DIGEST: digest,
    PORT: "8080",
  });
  expect(serviceDefaults).toEqual({
    ERP_TIMEOUT_MS: erp.timeoutMs,
    ERP_ATTEMPTS: erp.attempts,
    RECEIVE_WAIT_SECONDS: receiveWaitSeconds,
    STOP_TIMEOUT_SECONDS: stopTimeoutMs / 1000,
  });
});

test.each([
  [10_000, 3],
  [25_000, 3],
  [1_000, 10],
])("the time for an order of %s ms an attempt, %s attempts, is the service's own", (timeoutMs, attempts) => {
  const container = environment({ ERP_TIMEOUT_MS: String(timeoutMs), ERP_ATTEMPTS: String(attempts) });
  expect(processingSeconds(container) * 1000).toBe(longestReceiveMs({ timeoutMs, attempts }));
});
