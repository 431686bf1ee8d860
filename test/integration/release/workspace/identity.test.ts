import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { requireAccount } from "../../../../release/workspace/identity.ts";
import type { WorkspaceLocation } from "../../../../release/workspace/stack.ts";

const root = resolve(import.meta.dirname, "../../../..");
let server: Server;

/** A location whose STS answers with that account, as the API reference shows it. */
async function locationOf(account: string): Promise<WorkspaceLocation> {
  const arn = `arn:aws:iam::${account}:user/anna`;
  const result = `<Arn>${arn}</Arn><UserId>AIDA</UserId><Account>${account}</Account>`;
  const body =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
    `<GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
  server = createServer((_, response) => response.setHeader("content-type", "text/xml").end(body));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return locationAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const locationAt = (endpoint: string): WorkspaceLocation => ({
  root,
  engine: { environment: {} } as WorkspaceLocation["engine"],
  environment: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" },
});

afterEach(() => server?.close());

test("credentials of the stack files' account are accepted", async () => {
  await expect(requireAccount(await locationOf("123456789012"))).resolves.toBeUndefined();
});

test("those of another account are refused, with both accounts and the identity", async () => {
  await expect(requireAccount(await locationOf("210987654321"))).rejects.toThrow(
    "The AWS credentials are those of account 210987654321 (arn:aws:iam::210987654321:user/anna); the stack files name " +
      "123456789012. No resources were read or changed. Fix: use credentials of that account (AWS_PROFILE), or correct " +
      "`account` in the stack files.",
  );
});
