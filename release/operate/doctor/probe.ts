/** Asks this machine and the AWS account of a location what a release needs. Changes nothing. */

import { readFileSync } from "node:fs";
import https from "node:https";
import tls from "node:tls";
import { GetHostedZoneCommand, ListHostedZonesByNameCommand, Route53Client } from "@aws-sdk/client-route-53";
import { findEngine } from "../../../engine/engine.ts";
import { dnsName } from "../../plan/dns-name.ts";
import { clientSettings } from "../../workspace/aws.ts";
import { backendFiles } from "../../workspace/backend-files.ts";
import { callerOf } from "../../workspace/identity.ts";
import type { BackendLocation } from "../../workspace/location.ts";
import { CommandFailed, run } from "../../workspace/process.ts";
import type { Probe } from "./checks.ts";

/** Milliseconds for one answer. */
const PATIENCE_MS = 10_000;

/** A probe of a location. */
export function probeOf(location: BackendLocation, region: string): Probe {
  const { root, environment } = location;
  const command = async (program: string, ...args: string[]) => {
    try {
      return await run(program, args, { cwd: root, env: environment });
    } catch (error) {
      // The command line is that of the check; what it printed is the answer.
      throw error instanceof CommandFailed ? new Error(error.output) : error;
    }
  };
  return {
    async engine() {
      const { version, source, pulumi } = await findEngine();
      return `Pulumi ${version} (${source}): ${pulumi}`;
    },
    docker: async () => `Docker Engine ${await command("docker", "info", "--format", "{{.ServerVersion}}")}`,
    async identity() {
      const { Account: account = "", Arn: arn = "" } = await callerOf(location, region);
      return { account, arn };
    },
    async backend() {
      const url = { ...process.env, ...environment }.PULUMI_BACKEND_URL ?? "Pulumi Cloud";
      const files = await backendFiles(location);
      const stacks = files && (await files.list(".pulumi/stacks/order-queue")).filter((name) => /\.json/.test(name));
      return stacks ? `${url}, with ${stacks.length} files of stacks` : url;
    },
    zone: (of, domain) => nameServers(location, of, domain),
    published: (resolver, domain) => publishedServers(resolver, domain, environment),
    aws: async (of, ...args) => JSON.parse(await command("aws", ...args, "--region", of, "--output", "json")),
  };
}

async function nameServers(location: BackendLocation, region: string, domain: string): Promise<string[] | undefined> {
  const client = new Route53Client(clientSettings(location, region, "ROUTE_53"));
  try {
    const { HostedZones = [] } = await client.send(new ListHostedZonesByNameCommand({ DNSName: domain }));
    const zone = HostedZones.find(({ Name, Config }) => Name === `${domain}.` && !Config?.PrivateZone);
    if (!zone) return undefined;
    const { DelegationSet } = await client.send(new GetHostedZoneCommand({ Id: zone.Id }));
    return (DelegationSet?.NameServers ?? []).map(dnsName);
  } finally {
    client.destroy();
  }
}

/** By the JSON API of the stack file's resolver, as dns.google documents it: type 2 is NS. */
async function publishedServers(
  resolver: string,
  domain: string,
  environment: Record<string, string>,
): Promise<string[]> {
  const file = environment.NODE_EXTRA_CA_CERTS;
  const ca = file === undefined ? {} : { ca: [...tls.rootCertificates, readFileSync(file, "utf8")] };
  const agent = new https.Agent({ proxyEnv: { ...process.env, ...environment }, keepAlive: false, ...ca });
  const url = `${resolver}?name=${encodeURIComponent(domain)}&type=NS`;
  const body = await new Promise<string>((resolve, reject) => {
    const request = https.get(url, { agent, timeout: PATIENCE_MS }, async (response) => {
      resolve(Buffer.concat(await response.toArray().catch(() => [])).toString());
    });
    request.on("timeout", () => request.destroy(new Error(`${resolver}: no answer within ${PATIENCE_MS / 1000} s`)));
    request.on("error", reject);
  });
  const { Answer = [] } = JSON.parse(body) as { Answer?: { type: number; data: string }[] };
  return Answer.filter(({ type }) => type === 2).map(({ data }) => dnsName(data));
}
