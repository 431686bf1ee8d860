import { X509Certificate } from "node:crypto";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import {
  alias,
  certificate,
  forwardTo,
  listener,
  loadBalancer,
  put,
  region,
  startTestCloud,
  targetGroup,
  zone,
} from "../../cloud.ts";
import { tunnel } from "../../connections.ts";

const host = `acme.${zone}`;
let now = Date.now();
let test: Awaited<ReturnType<typeof startTestCloud>>;
let used: string;
let own: string;

beforeAll(async () => {
  test = await startTestCloud({ now: () => now });
  const { cloud } = test;
  used = await certificate(cloud, zone);
  own = await certificate(cloud, host);
  const https = listener(cloud, loadBalancer(cloud), 443, {
    certificateArn: used,
    defaultActions: forwardTo(targetGroup(cloud, "ingest")),
  });
  put(cloud, "aws:lb/listenerCertificate:ListenerCertificate", `${https}_${own}`, {
    listenerArn: https,
    certificateArn: own,
  });
  alias(cloud, host);
});
afterAll(() => test.close());

/** Serial number of what a client is shown that names a host, or none. */
async function shown(servername: string | undefined): Promise<string> {
  const socket = await tunnel(test.cloud, `${host}:443`);
  const ca = test.cloud.authority.certificate;
  const options: ConnectionOptions = { socket, ca, checkServerIdentity: () => undefined };
  return new Promise((resolve, reject) => {
    const secure: TLSSocket = connect({ ...options, ...(servername && { servername }) }, () => {
      resolve(secure.getPeerCertificate().serialNumber);
      secure.destroy();
    });
    secure.on("error", reject);
  });
}

const serial = (arn: string) => new X509Certificate(test.cloud.acm.describe(arn).pem ?? "").serialNumber;

it("a renewed certificate keeps its ARN, has its days again, and is shown from the next handshake on", async () => {
  const before = serial(own);
  expect(await shown(host)).toBe(before);
  // Clients have the machine's own clock.
  now += 1_800_000;
  await test.cloud.acm.renew(own);
  expect(serial(own)).not.toBe(before);
  expect(await shown(host)).toBe(serial(own));
  const { notAfter, status, names } = test.cloud.acm.describe(own);
  expect([Date.parse(notAfter ?? "") - now, status, names]).toEqual([395 * 86_400_000, "ISSUED", [host]]);
});

it("a client that names no host is shown the renewed default certificate", async () => {
  expect(await shown(undefined)).toBe(serial(used));
  await test.cloud.acm.renew(used);
  expect(await shown(undefined)).toBe(serial(used));
});

it("what no load balancer uses, what is not proved, and what is not issued is not renewed", async () => {
  const { acm } = test.cloud;
  const idle = await certificate(test.cloud, `idle.${zone}`);
  await expect(acm.renew(idle)).rejects.toThrow(`ACM does not renew ${idle}: no load balancer uses it`);
  const pending = acm.request({ domainName: `late.${zone}`, validationMethod: "DNS" }, region).arn;
  await expect(acm.renew(pending)).rejects.toThrow("it is PENDING_VALIDATION");
  const [option] = acm.describe(own).domainValidationOptions;
  const record = test.store
    .list("aws:route53/record:Record")
    .find(({ outputs }) => `${outputs.name}`.startsWith(option?.resourceRecordName.slice(0, 33) ?? "none"));
  test.store.remove("aws:route53/record:Record", record?.id ?? "", "global");
  await expect(acm.renew(own)).rejects.toThrow(`its record ${option?.resourceRecordName} is not in DNS`);
  await expect(acm.renew("arn:none")).rejects.toThrow("ResourceNotFoundException");
});

it("the control API renews, and says why it does not", async () => {
  const renew = (arn: string) =>
    fetch(`${test.cloud.apiUrl}/certificates/renew`, { method: "POST", body: JSON.stringify({ arn }) });
  const before = serial(used);
  const answer = await renew(used);
  expect([answer.status, await answer.json()]).toEqual([200, { renewed: used }]);
  expect(serial(used)).not.toBe(before);
  expect(await (await renew(own)).json()).toEqual({ error: expect.stringContaining("is not in DNS") });
});
