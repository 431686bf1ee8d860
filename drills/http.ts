import { readFileSync } from "node:fs";
import type { ClientRequest } from "node:http";
import https from "node:https";
import type { TLSSocket } from "node:tls";

/** What one request over a fresh TLS connection came to. */
export interface Answer {
  status: number;
  body: string;
  /** Subject alternative names of the certificate that was presented. */
  names: string;
  /** SHA-256 of that certificate, as OpenSSL writes it. */
  fingerprint: string;
}

/** A request beyond its URL. */
export interface Asked {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  /** Without a byte from the other side. */
  timeoutMs?: number;
  /** Sends the body in another way than at once. */
  send?: (request: ClientRequest) => void;
}

/** No HTTP answer came: the TLS handshake failed, or the connection did. */
export class NoAnswer extends Error {
  readonly handshake: boolean;
  /** Node's code of the error: of a connection (ECONNREFUSED) or of TLS (ERR_TLS_CERT_ALTNAME_INVALID). */
  readonly code: string | undefined;
  constructor(message: string, handshake: boolean, code?: string) {
    super(message);
    this.handshake = handshake;
    this.code = code;
  }
}

/**
 * A client of the stores' side: HTTPS by way of the environment's proxy, each request with a connection and a TLS
 * handshake of its own, the certificate checked against the host name.
 */
export class Browser {
  readonly #agent: https.Agent;

  /** @param environment HTTPS_PROXY and NODE_EXTRA_CA_CERTS, as an operator's shell has them */
  constructor(environment: Record<string, string>) {
    const ca = environment.NODE_EXTRA_CA_CERTS;
    this.#agent = new https.Agent({
      keepAlive: false,
      // A session that is resumed would not be shown a certificate.
      maxCachedSessions: 0,
      proxyEnv: environment,
      ...(ca && { ca: readFileSync(ca) }),
    } as https.AgentOptions);
  }

  /** @throws {NoAnswer} */
  request(url: string, options: Asked = {}): Promise<Answer> {
    const { body } = options;
    return new Promise((resolve, reject) => {
      let secure = false;
      const request = https.request(url, {
        method: options.method ?? (body ? "POST" : "GET"),
        agent: this.#agent,
        timeout: options.timeoutMs ?? 10_000,
        headers: { ...(body && { "content-type": "application/json" }), ...options.headers },
      });
      request.once("socket", (socket) => {
        // Behind a proxy the handshake is over when the request gets its socket.
        secure = (socket as TLSSocket).authorized;
        socket.once("secureConnect", () => (secure = true));
      });
      request.once("timeout", () => request.destroy(new Error(`no answer within ${options.timeoutMs ?? 10_000} ms`)));
      // More than one where a body is still sent after the answer.
      request.on("error", (error: NodeJS.ErrnoException) =>
        reject(new NoAnswer(`${url}: ${error.message}`, !secure, error.code)),
      );
      request.once("response", (response) => {
        const certificate = (response.socket as TLSSocket).getPeerCertificate();
        const { subjectaltname: names = "", fingerprint256: fingerprint } = certificate;
        const chunks: Buffer[] = [];
        response
          .on("data", (chunk) => chunks.push(chunk))
          .once("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(chunks).toString(),
              names,
              fingerprint,
            }),
          );
        response.once("error", (error: NodeJS.ErrnoException) =>
          reject(new NoAnswer(`${url}: ${error.message}`, false, error.code)),
        );
      });
      if (options.send) options.send(request);
      else request.end(body);
    });
  }
}
