import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority, type KeyAlgorithm, newKey } from "../../../../twin/internet/authority.ts";
import * as x509 from "../../../../twin/internet/x509.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "authority-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const issued = async (authority: Authority, names: string[], algorithm: KeyAlgorithm = "EC_prime256v1") =>
  (await authority.issue(names, newKey(algorithm), 90)).certificate;

const root = (authority: Authority) => new X509Certificate(authority.certificate);

const extensions = (pem: string) =>
  new x509.X509Certificate(pem).extensions.map(({ type, critical }) => (critical ? `${type} critical` : type));

it.each<[KeyAlgorithm, string]>([
  ["EC_prime256v1", "ec"],
  ["RSA_2048", "rsa"],
])("a certificate for a key of %s verifies against the root", async (algorithm, type) => {
  const authority = await Authority.open(directory);
  const leaf = new X509Certificate(await issued(authority, ["a.example", "*.a.example"], algorithm));
  expect(leaf.verify(root(authority).publicKey)).toBe(true);
  expect(leaf.checkIssued(root(authority))).toBe(true);
  expect([leaf.subject, leaf.subjectAltName, leaf.ca]).toEqual([
    "CN=a.example",
    "DNS:a.example, DNS:*.a.example",
    false,
  ]);
  expect(leaf.publicKey.asymmetricKeyType).toBe(type);
});

it("leaf and root carry the extensions that strict clients ask for", async () => {
  const authority = await Authority.open(directory);
  const common = ["2.5.29.19 critical", "2.5.29.15 critical", "2.5.29.14", "2.5.29.35"];
  const ca = new x509.X509Certificate(authority.certificate);
  expect(extensions(authority.certificate)).toEqual(common);
  expect(ca.getExtension(x509.BasicConstraintsExtension)?.ca).toBe(true);
  expect(ca.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
    x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
  );

  const pem = await issued(authority, ["a.example"]);
  const leaf = new x509.X509Certificate(pem);
  expect(extensions(pem)).toEqual([...common, "2.5.29.37", "2.5.29.17"]);
  expect(leaf.getExtension(x509.KeyUsagesExtension)?.usages).toBe(x509.KeyUsageFlags.digitalSignature);
  expect(leaf.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual([x509.ExtendedKeyUsage.serverAuth]);
});

it("a common name is cut to 64 characters, the alternative name is not", async () => {
  const long = `${"a".repeat(63)}.au.orderhub.example`;
  const leaf = new X509Certificate(await issued(await Authority.open(directory), [long]));
  expect([leaf.subject, leaf.subjectAltName]).toEqual([`CN=${"a".repeat(63)}.`, `DNS:${long}`]);
});

it("without a name nothing is issued", async () => {
  const authority = await Authority.open(directory);
  await expect(issued(authority, [])).rejects.toThrow("A certificate needs at least one DNS name");
});

it("opened again it is the same authority, and its key is for its owner alone", async () => {
  const first = await Authority.open(directory);
  const second = await Authority.open(directory);
  expect(second.certificate).toBe(first.certificate);
  expect(new X509Certificate(await issued(second, ["a.example"])).verify(root(first).publicKey)).toBe(true);
  expect(readdirSync(directory).sort()).toEqual(["ca.key", "ca.pem"]);
  expect(statSync(join(directory, "ca.key")).mode & 0o777).toBe(0o600);
});

it("a root whose key identifier was made in another way still has its certificates accepted", async () => {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: "CN=Other", keys, signingAlgorithm: { name: "ECDSA", hash: "SHA-256" } },
    extensions: [new x509.BasicConstraintsExtension(true), new x509.SubjectKeyIdentifierExtension("0123456789abcdef")],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  writeFileSync(join(directory, "ca.pem"), `${made.toString("pem")}\n`);
  writeFileSync(join(directory, "ca.key"), x509.PemConverter.encode(key, "PRIVATE KEY"));

  const authority = await Authority.open(directory);
  const pem = await issued(authority, ["a.example"]);
  expect(new x509.X509Certificate(pem).getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(
    "0123456789abcdef",
  );
  expect(new X509Certificate(pem).checkIssued(root(authority))).toBe(true);
});
