import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  type ContainerPlan,
  canaryContainer,
  dispatchContainer,
  ingestContainer,
  type RunningStore,
} from "../../../infra/task-definition.ts";
import { erpRules } from "../../../service/erp-settings.ts";
import { authorizationVariable } from "../../../service/secrets.ts";

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
      erpCredentials: "order-queue/tulipan",
      unsigned: "its platform cannot sign",
      inSequence: false,
    },
    {
      name: "tulpen",
      hostname: "tulpen.eu.orderhub.example",
      aliases: ["www-tulpen.eu.orderhub.example"],
      erp: "https://erp.tulpen.example/orders",
      inSequence: true,
    },
  ],
  ordersUrl: "https://sqs/orders.fifo",
  receiptsUrl: "https://sqs/receipts",
  deadLetterUrl: "https://sqs/dead-letter.fifo",
  visibilitySeconds: 120,
  erpTimeoutSeconds: 10,
  logGroup: "prod-eu-ingest-1",
  tls: { secretArn: "arn:secret:tls-abcdef", versionId: "version-2" },
  inboundSecrets: "order-queue/prod-eu",
  erpCredentials: [{ store: "tulip-shop", secretArn: "arn:secret:order-queue/tulipan-123456" }],
};

function environment(container: { environment: { name: string; value: string }[] }): Record<string, string> {
  return Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
}

const all = { AWS_REGION: "eu-west-1", IMAGE_DIGEST: "sha256:ab", PORT: "8080", RELEASE: "0123456789ab" };

describe("a container", () => {
  it("of ingest knows its port, the hosts of its stores and the platform's domain", () => {
    expect(environment(ingestContainer(plan))).toEqual({
      ...all,
      QUEUE_URL: "https://sqs/orders.fifo",
      STORE_HOSTS:
        '{"tulipan":["tulipan.eu.orderhub.example"],' +
        '"tulpen":["tulpen.eu.orderhub.example","www-tulpen.eu.orderhub.example"]}',
      STORES_IN_SEQUENCE: '["tulpen"]',
      INBOUND_SECRETS: "order-queue/prod-eu",
      STORES_UNSIGNED: '["tulipan"]',
      PLATFORM_DOMAIN: "eu.orderhub.example",
      STOP_TIMEOUT_SECONDS: "50",
    });
  });

  it("of dispatch knows where orders, receipts and dead-lettered messages go, and how long an ERP may take", () => {
    expect(environment(dispatchContainer(plan))).toEqual({
      ...all,
      QUEUE_URL: "https://sqs/orders.fifo",
      STORE_ERPS: '{"tulipan":"https://erp.tulipan.example/orders","tulpen":"https://erp.tulpen.example/orders"}',
      RECEIPTS_QUEUE_URL: "https://sqs/receipts",
      DEAD_LETTER_QUEUE_URL: "https://sqs/dead-letter.fifo",
      ERP_TIMEOUT_MS: "10000",
      VISIBILITY_TIMEOUT_SECONDS: "120",
      PLATFORM_DOMAIN: "eu.orderhub.example",
      STOP_TIMEOUT_SECONDS: "110",
    });
  });

  it("of dispatch knows the rules of those ERPs alone that have any, in the form in which the service reads them", () => {
    const [tulipan, tulpen] = plan.stores as [RunningStore, RunningStore];
    const rules = { success: { pattern: "^OK" }, retryStatuses: [403], sequenceMinutes: 60 };
    const { success: erpSuccess, retryStatuses: erpRetryStatuses, sequenceMinutes } = rules;
    const stores = [tulipan, { ...tulpen, erpSuccess, erpRetryStatuses, sequenceMinutes }];
    const { STORE_ERP_RULES = "" } = environment(dispatchContainer({ ...plan, stores }));
    expect(JSON.parse(STORE_ERP_RULES)).toEqual({ tulpen: rules });
    expect(erpRules.parse(JSON.parse(STORE_ERP_RULES).tulpen)).toEqual(rules);
  });

  it("of the canary knows where orders go and receipts come, and nothing of the stores", () => {
    expect(environment(canaryContainer(plan))).toEqual({
      ...all,
      PLATFORM_DOMAIN: "eu.orderhub.example",
      RECEIPTS_QUEUE_URL: "https://sqs/receipts",
      INBOUND_SECRETS: "order-queue/prod-eu",
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

  it.each([ingestContainer, dispatchContainer])("is asked how it is by a program of its own image (%p)", (describe) => {
    const { healthCheck, portMappings } = describe(plan);
    expect(portMappings).toEqual([{ containerPort: 8080, protocol: "tcp" }]);
    const [form, program, file = ""] = healthCheck.command;
    expect([form, program]).toEqual(["CMD", "bash"]);
    const service = path.join(__dirname, "../../../service");
    expect(existsSync(path.join(service, file))).toBe(true);
    expect(readFileSync(path.join(service, ".dockerignore"), "utf8").split("\n")).toContain(`!*${path.extname(file)}`);
    expect(readFileSync(path.join(service, "Dockerfile"), "utf8")).toMatch(/^COPY package\.json \*\.ts \*\.sh /m);
  });

  it("of ingest gets the one version of its key and certificate that was signed last", () => {
    expect(ingestContainer(plan).secrets).toEqual([
      { name: "TLS_KEY", valueFrom: "arn:secret:tls-abcdef:key::version-2" },
      { name: "TLS_CERT", valueFrom: "arn:secret:tls-abcdef:chain::version-2" },
    ]);
    const renewed = ingestContainer({ ...plan, tls: { ...plan.tls, versionId: "version-3" } });
    expect(JSON.stringify(renewed)).not.toBe(JSON.stringify(ingestContainer(plan)));
  });

  it("of dispatch gets the ERPs' credentials by store, under the name that the service looks for", () => {
    expect(dispatchContainer(plan).secrets).toEqual([
      {
        name: authorizationVariable("tulip-shop"),
        valueFrom: "arn:secret:order-queue/tulipan-123456:authorization::",
      },
    ]);
    expect(dispatchContainer({ ...plan, erpCredentials: [] })).not.toHaveProperty("secrets");
  });
});
