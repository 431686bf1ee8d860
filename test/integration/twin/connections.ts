/** What a client of the twin's internet does: tunnels, handshakes, requests. */
import { execFile } from "node:child_process";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { promisify } from "node:util";
import type { Cloud } from "../../../twin/cloud.ts";

/** The raw tunnel that the proxy gives to a destination. */
export function tunnel(cloud: Cloud, to: string): Promise<Socket> {
  const proxy = new URL(cloud.proxyUrl);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: to });
    request.on("connect", (response, socket, head) => {
      if (response.statusCode === 200) return resolve(socket);
      const chunks: Uint8Array[] = [head];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("close", () => reject(new Error(`${response.statusCode} ${Buffer.concat(chunks).toString().trim()}`)));
    });
    request.on("error", reject);
    request.end();
  });
}

/** The certificate that a host presents on port 443, verified against the twin's authority. */
export async function handshake(cloud: Cloud, host: string, servername = host) {
  const socket = await tunnel(cloud, `${host}:443`);
  return new Promise<{ names: string; protocol: string | null }>((resolve, reject) => {
    const ca = cloud.authority.certificate;
    const secure: TLSSocket = tlsConnect({ socket, servername, ca, checkServerIdentity: () => undefined }, () => {
      resolve({ names: secure.getPeerCertificate().subjectaltname ?? "", protocol: secure.getProtocol() });
      secure.destroy();
    });
    secure.on("error", reject);
  });
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** One request over the proxy, with TLS verified end to end for https. */
export async function fetchThrough(
  cloud: Cloud,
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { hostname, protocol, pathname, search } = new URL(url);
  const proxy = new URL(cloud.proxyUrl);
  const { method = "GET", headers = {}, body } = options;
  const secure = protocol === "https:";
  const socket = secure ? await tunnel(cloud, `${hostname}:443`) : undefined;
  return new Promise((resolve, reject) => {
    const request = socket
      ? httpsRequest({
          ...{ host: hostname, servername: hostname, path: pathname + search, method },
          headers: { host: hostname, ...headers },
          createConnection: () => tlsConnect({ socket, servername: hostname, ca: cloud.authority.certificate }),
        })
      : httpRequest({
          ...{ host: proxy.hostname, port: proxy.port, path: url, method, agent: false },
          headers: { host: hostname, ...headers },
        });
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

export const curl = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)("curl", ["-sS", "--max-time", "10", ...args])).stdout;
