import { type ContainerPlan, canaryContainer, dispatchContainer, ingestContainer } from "../../infra/taskDefinition.ts";

const plan: ContainerPlan = {
  image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/order-queue@sha256:ab",
  release: "0123456789ab",
  digest: "sha256:ab",
  region: "eu-west-1",
  domain: "eu.orderhub.example",
  stores: [
    {
      name: "tulipan",
      hostname: "tulipan.eu.orderhub.example",
      aliases: [],
      erp: "https://erp.tulipan.example/orders",
    },
  ],
  ordersUrl: "https://sqs/orders.fifo",
  receiptsUrl: "https://sqs/receipts",
  visibilitySeconds: 120,
  erpTimeoutSeconds: 10,
  logGroup: "prod-eu-ingest-1",
};

function environment(container: { environment: { name: string; value: string }[] }): Record<string, string> {
  return Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
}

const all = { AWS_REGION: "eu-west-1", IMAGE_DIGEST: "sha256:ab", RELEASE: "0123456789ab" };
const orders = {
  QUEUE_URL: "https://sqs/orders.fifo",
  STORES: '[{"name":"tulipan","hostname":"tulipan.eu.orderhub.example","erp":"https://erp.tulipan.example/orders"}]',
};

describe("a container", () => {
  it("of ingest knows its port, its stores and the platform's domain", () => {
    expect(environment(ingestContainer(plan))).toEqual({
      ...all,
      ...orders,
      PORT: "8080",
      PLATFORM_DOMAIN: "eu.orderhub.example",
      STOP_TIMEOUT_SECONDS: "50",
    });
  });

  it("of dispatch knows the receipts queue and how long an ERP may take", () => {
    expect(environment(dispatchContainer(plan))).toEqual({
      ...all,
      ...orders,
      RECEIPTS_QUEUE_URL: "https://sqs/receipts",
      ERP_TIMEOUT_MS: "10000",
      VISIBILITY_TIMEOUT_SECONDS: "120",
      STOP_TIMEOUT_SECONDS: "110",
    });
  });

  it("of the canary knows where orders go and receipts come, and nothing of the stores", () => {
    expect(environment(canaryContainer(plan))).toEqual({
      ...all,
      PLATFORM_DOMAIN: "eu.orderhub.example",
      RECEIPTS_QUEUE_URL: "https://sqs/receipts",
      STOP_TIMEOUT_SECONDS: "20",
    });
  });

  it("runs one role of the image by digest, as no root and on a file system it cannot write", () => {
    expect(dispatchContainer(plan)).toMatchObject({
      name: "dispatch",
      image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/order-queue@sha256:ab",
      command: ["dispatch"],
      essential: true,
      user: "1000:1000",
      readonlyRootFilesystem: true,
      stopTimeout: 120,
    });
  });

  it("of ingest is asked on the port it was given, whatever that is", () => {
    const { healthCheck, portMappings } = ingestContainer(plan);
    expect(portMappings).toEqual([{ containerPort: 8080, protocol: "tcp" }]);
    expect(healthCheck.command.slice(0, 3)).toEqual(["CMD", "node", "-e"]);
    expect(healthCheck.command[3]).toContain("'http://127.0.0.1:' + process.env.PORT + '/health'");
  });
});
