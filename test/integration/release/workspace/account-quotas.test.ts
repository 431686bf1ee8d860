import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serviceQuotas } from "../../../../release/workspace/account-quotas.ts";

let server: Server;
afterEach(() => server?.close());

/** What the SDK's client makes of an answer of Service Quotas, and what it asked. */
async function asked(status: number, answer: object) {
  let headers: IncomingHttpHeaders = {};
  let body = "";
  server = createServer(async (request, response) => {
    headers = request.headers;
    for await (const chunk of request) body += chunk;
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
  const allowed = await serviceQuotas({ environment }).allowed(
    { account: "123456789012", region: "eu-west-1" },
    "ec2",
    "L-0263D0A3",
  );
  return { allowed, action: headers["x-amz-target"], body: JSON.parse(body), scope: headers.authorization };
}

test("a quota is asked for by its codes, in its region, and its value counts", async () => {
  expect(await asked(200, { Quota: { ServiceCode: "ec2", QuotaCode: "L-0263D0A3", Value: 12 } })).toEqual({
    allowed: { value: 12 },
    action: "ServiceQuotasV20190624.GetServiceQuota",
    body: { ServiceCode: "ec2", QuotaCode: "L-0263D0A3" },
    scope: expect.stringContaining("/eu-west-1/servicequotas/aws4_request"),
  });
});

test("the value of another account, whose credentials these are, does not count", async () => {
  const QuotaArn = "arn:aws:servicequotas:eu-west-1:210987654321:ec2/L-0263D0A3";
  const { allowed } = await asked(200, { Quota: { QuotaArn, Value: 12 } });
  expect(allowed).toEqual({ unread: "the credentials are those of account 210987654321" });
});

test("a quota of which AWS keeps no value for the account has none", async () => {
  const { allowed } = await asked(400, { __type: "NoSuchResourceException", Message: "It does not exist." });
  expect(allowed).toEqual({});
});

test("a refusal is reported as it is", async () => {
  const { allowed } = await asked(400, { __type: "AccessDeniedException", Message: "You may not." });
  expect(allowed).toEqual({ unread: "AccessDeniedException: You may not." });
});
