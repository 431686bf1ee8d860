import tls from "node:tls";
import { type Expected, verify } from "../../../infra/verification-checks.ts";
import { type Host, type PublicSide, released, startPublicSide } from "../../unit/infra/public-side.ts";

const domain = "au.orderhub.example";
const store = "acme.au.orderhub.example";
const environment = { ...process.env };
const authorities = tls.getCACertificates();
let side: PublicSide;

beforeAll(async () => {
  // Loading them takes a good part of the second that verification has here.
  await Promise.all([import("@aws-sdk/client-secrets-manager"), import("@aws-sdk/client-sqs")]);
  side = await startPublicSide({});
  tls.setDefaultCACertificates([side.authority.certificate]);
  Object.assign(process.env, {
    HTTPS_PROXY: side.proxyUrl,
    AWS_ENDPOINT_URL_SQS: side.sqsUrl,
    AWS_ENDPOINT_URL_ECS: side.awsUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: side.awsUrl,
    NO_PROXY: "127.0.0.1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});

afterAll(async () => {
  process.env = environment;
  tls.setDefaultCACertificates(authorities);
  await side.close();
});

function expected(overrides: Partial<Expected> = {}): Expected {
  return {
    region: "eu-west-1",
    domain,
    hostnames: [domain, store],
    addresses: {},
    validationRecords: [],
    resolver: "https://dns.example/resolve",
    ...released,
    receiptsQueueUrl: side.receiptsQueueUrl,
    syntheticSecretArn:
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:order-queue/prod-eu/synthetic/inbound-a1b2c3",
    deadlineSeconds: 30,
    ...overrides,
  };
}

/** For what never holds. Where the count of checks matters the order has to come back meanwhile, on a busy machine too. */
const failing = (overrides: Partial<Expected> = {}) => verify(expected({ deadlineSeconds: 2, ...overrides }));

function serve(hosts: Record<string, Host>): void {
  side.hosts.clear();
  for (const [name, host] of Object.entries(hosts)) side.hosts.set(name, host);
}

describe("verification", () => {
  it("reports the certificate and release of every host, and an order there and back", async () => {
    serve({ [domain]: {}, [store]: {} });
    const report = await verify(expected());
    const notAfter = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(report).toEqual({
      ...released,
      hostnames: [
        { hostname: domain, issuer: "Order Queue Twin Public CA", notAfter, daysLeft: 89, release: released.release },
        { hostname: store, issuer: "Order Queue Twin Public CA", notAfter, daysLeft: 89, release: released.release },
      ],
      syntheticOrder: { id: expect.stringMatching(/^verification-[0-9a-f-]{36}$/), seconds: expect.any(Number) },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it("fails where its order is not signed as ingest expects", async () => {
    serve({ [domain]: {}, [store]: {} });
    const { value } = side.secret;
    side.secret.value = JSON.stringify({ signing: [`whsec_${Buffer.alloc(32, 2).toString("base64")}`] });
    await expect(verify(expected())).rejects.toThrow(
      `synthetic order to ${domain}: expected 202, found 401 not signed by the store synthetic`,
    );
    side.secret.value = value;
  });

  it("fails where it has not the secret by which a host names its image", async () => {
    serve({ [domain]: {}, [store]: {} });
    const { value } = side.secret;
    side.secret.value = JSON.stringify({ signing: [`whsec_${Buffer.alloc(32, 2).toString("base64")}`] });
    await expect(failing()).rejects.toThrow(
      `  ${store}: expected release ${released.release} of ${released.image}, ` +
        `found ${released.release} of an image that it does not name`,
    );
    side.secret.value = value;
  });

  it("goes through the proxy, with a handshake of its own for every request", async () => {
    serve({ [domain]: {}, [store]: {} });
    side.connections.length = 0;
    await verify(expected());
    expect([...side.connections].sort()).toEqual([store, domain, domain]);
  });

  it("fails on a certificate for another name, naming the host and both names", async () => {
    serve({ [domain]: {}, [store]: { certificateName: "bluegum.au.orderhub.example" } });
    await expect(failing({ deadlineSeconds: 5 })).rejects.toThrow(
      "Verification failed: after 5 s 1 of 3 checks do not hold\n" +
        `  ${store}: expected an answer over TLS to GET /version, found ERR_TLS_CERT_ALTNAME_INVALID: ` +
        `Hostname/IP does not match certificate's altnames: Host: ${store}. is not in the cert's altnames: DNS:bluegum.au.orderhub.example`,
    );
  });

  it("fails on a certificate of an authority that is not trusted", async () => {
    serve({ [domain]: {}, [store]: {} });
    tls.setDefaultCACertificates([]);
    try {
      await expect(failing()).rejects.toThrow(/^ {2}acme\.au\.orderhub\.example: expected .* found UNABLE_TO/m);
    } finally {
      tls.setDefaultCACertificates([side.authority.certificate]);
    }
  });

  it("fails where the release before still answers, as after a silent rollback of ECS", async () => {
    serve({ [domain]: {}, [store]: { release: "ba9876543210", image: `sha256:${"cd".repeat(32)}` } });
    await expect(failing({ deadlineSeconds: 5 })).rejects.toThrow(
      `  ${store}: expected release ${released.release} of ${released.image}, ` +
        `found ba9876543210 of sha256:${"cd".repeat(32)}`,
    );
  });

  it("fails on a host that answers, but not with 200", async () => {
    serve({ [domain]: {}, [store]: { status: 503 } });
    await expect(failing()).rejects.toThrow(`  ${store}: expected 200 from GET /version, found 503`);
  });

  it("fails on a host that nothing is behind", async () => {
    serve({ [domain]: {} });
    await expect(failing()).rejects.toThrow(`  ${store}: expected an answer over TLS to GET /version, found `);
  });

  it("asks for a store's own domain at the load balancer, wherever its DNS leads", async () => {
    const own = "shop.acme.example";
    const address = "front-1.eu-west-1.elb.example";
    serve({ [domain]: {}, [address]: {} });
    side.connections.length = 0;
    const { hostnames } = await verify(expected({ hostnames: [domain, own], addresses: { [own]: address } }));
    expect(hostnames.map(({ hostname, release }) => [hostname, release])).toEqual([
      [domain, released.release],
      [own, released.release],
    ]);
    expect([...side.connections].sort()).toEqual([domain, domain, address]);
  });

  it("fails where a validation record is not in DNS any more, naming the host and the record", async () => {
    const name = "_a.acme.au.orderhub.example";
    const record = { hostname: store, name, type: "CNAME", value: "_b.acm.example" };
    serve({ [domain]: {}, [store]: {}, "dns.example": {} });
    await expect(failing({ validationRecords: [record], deadlineSeconds: 5 })).rejects.toThrow(
      "Verification failed: after 5 s 1 of 4 checks do not hold\n" +
        `  ${store}: expected the DNS record ${name} CNAME _b.acm.example, found none`,
    );
    side.records.set(name, "_b.acm.example.");
    await verify(expected({ validationRecords: [record] }));
  });

  it("fails where the resolver gives no answer, naming the host and the record", async () => {
    const record = { hostname: store, name: "_a.acme.example", type: "CNAME", value: "_b.acm.example" };
    serve({ [domain]: {}, [store]: {} });
    await expect(failing({ validationRecords: [record] })).rejects.toThrow(
      `  ${store}: expected the DNS record _a.acme.example, found `,
    );
  });

  it("fails on an order that is accepted and never dispatched", async () => {
    serve({ [domain]: { receiptRelease: null }, [store]: {} });
    await expect(failing({ deadlineSeconds: 5 })).rejects.toThrow(
      /synthetic order to au\.orderhub\.example: order verification-\S+ was accepted, expected its receipt, found none/,
    );
  });

  it("fails on a receipt from the release before", async () => {
    serve({ [domain]: { receiptRelease: "ba9876543210" }, [store]: {} });
    await expect(failing({ deadlineSeconds: 5 })).rejects.toThrow(
      `expected a receipt from release ${released.release}, found one from ba9876543210`,
    );
  });

  const task = "arn:aws:ecs:eu-west-1:123456789012:task/staging/1";
  const alarmProof = () => ({ cluster: "staging", service: "ingest", queueUrl: side.alarmQueueUrl });

  it("stops a container where a check asks for it, and reports when and how the notification was sent", async () => {
    serve({ [domain]: {}, [store]: {} });
    Object.assign(side.containers, {
      running: [task, `${task}2`],
      desired: 2,
      tell: (stopped: string, reason: string) => `staging: a container of ingest stopped: ${reason}. Task ${stopped}.`,
    });
    const { stoppedContainer } = await verify(expected({ alarmProof: alarmProof() }));
    expect(stoppedContainer).toEqual({
      task,
      seconds: expect.any(Number),
      message: expect.stringMatching(
        /^staging: a container of ingest stopped: verification-[0-9a-f-]{36}\. Task arn:aws:ecs:.*\/1\.$/,
      ),
      recoveredSeconds: expect.any(Number),
    });
  });

  it("fails where a container stops and no notification has its reason, and where there is none to stop", async () => {
    serve({ [domain]: {}, [store]: {} });
    Object.assign(side.containers, { running: [task], tell: () => "staging: a container stopped." });
    await expect(failing({ alarmProof: alarmProof(), deadlineSeconds: 5 })).rejects.toThrow(
      /^Verification failed: container arn:.*\/1 was stopped, expected a message with the reason verification-\S+ at the alarm topic, found none in 5 s$/,
    );
    side.containers.running = [];
    await expect(verify(expected({ alarmProof: alarmProof() }))).rejects.toThrow(
      "Verification failed: expected a container of ingest, found none",
    );
  });

  it("fails where no container comes instead of the one that was stopped", async () => {
    serve({ [domain]: {}, [store]: {} });
    const tell = (_: string, reason: string) => reason;
    Object.assign(side.containers, { running: [task], desired: 2, tell });
    await expect(failing({ alarmProof: alarmProof(), deadlineSeconds: 5 })).rejects.toThrow(
      "was stopped, expected another one of ingest instead, found 1 of 2 running after 5 s",
    );
  });

  it("stops nothing where the region itself does not hold", async () => {
    serve({ [domain]: {} });
    const stopped: string[] = [];
    Object.assign(side.containers, { running: [task], tell: (one: string) => void stopped.push(one) });
    await expect(failing({ alarmProof: alarmProof() })).rejects.toThrow(`  ${store}: `);
    expect(stopped).toEqual([]);
  });

  it("waits, within its deadline, for a host that comes up late", async () => {
    serve({ [domain]: {} });
    side.connections.length = 0;
    const verified = verify(expected());
    const late = setInterval(() => {
      if (side.connections.includes(store)) side.hosts.set(store, {});
    }, 5);
    try {
      expect((await verified).hostnames.map(({ hostname }) => hostname)).toEqual([domain, store]);
    } finally {
      clearInterval(late);
    }
  });
});
