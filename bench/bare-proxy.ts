/** The least that a TLS proxy in Node can be: `node bare-proxy.ts HOST PORT` prints its port and passes all on to there. */
import { KeyObject, webcrypto } from "node:crypto";
import "reflect-metadata";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { X509CertificateGenerator } from "@peculiar/x509";

const [host = "", port = ""] = process.argv.slice(2);
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
const server = https.createServer(await ownCertificate(), (request, response) => {
  const { method, url, headers } = request;
  const onward = https.request({ host, port, method, path: url, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

async function ownCertificate(): Promise<{ key: string; cert: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=bare",
    signingAlgorithm: algorithm,
    keys,
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { key: String(key), cert: certificate.toString("pem") };
}
