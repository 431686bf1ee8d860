import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import type { Properties } from "../../../../../twin/core/store.ts";
import type { ResourceCall, ResourceType } from "../../../../../twin/pulumi/define.ts";
import { check, diff } from "../../../../../twin/pulumi/plan.ts";
import { certRequest } from "../../../../../twin/services/tls/cert-request.ts";
import { locallySignedCert } from "../../../../../twin/services/tls/locally-signed-cert.ts";
import { privateKey } from "../../../../../twin/services/tls/private-key.ts";
import { selfSignedCert } from "../../../../../twin/services/tls/self-signed-cert.ts";

const call = { name: "containers", region: "global" } as ResourceCall;
const hour = 3_600_000;

const checked = (type: ResourceType, inputs: Properties) => check(type, inputs, {}, new Uint8Array(), call);

/** Check and create, as the engine has it done. */
async function make(type: ResourceType, given: Properties): Promise<Properties> {
  const { inputs, problems } = checked(type, given);
  expect(problems).toEqual([]);
  const { id, outputs } = await type.create(inputs, call);
  return { ...inputs, ...outputs, id };
}

const keyOf = async (algorithm: string, rest: Properties = {}) =>
  (await make(privateKey, { algorithm, ...rest })).privateKeyPem as string;

async function authority(inputs: Properties = {}): Promise<Properties> {
  return make(selfSignedCert, {
    privateKeyPem: await keyOf("ECDSA", { ecdsaCurve: "P384" }),
    subject: { commonName: "Containers AU", organization: "Orderhub" },
    allowedUses: ["cert_signing", "crl_signing"],
    validityPeriodHours: 87_600,
    isCaCertificate: true,
    setAuthorityKeyId: true,
    ...inputs,
  });
}

const names = {
  subject: { commonName: "ingest.local" },
  dnsNames: ["ingest.local", "*.ingest.local"],
  ipAddresses: ["10.0.3.7", "fd00::1:2"],
  uris: ["spiffe://orderhub.example/ingest"],
};

async function leaf(ca: Properties, key: string, inputs: Properties = {}): Promise<Properties> {
  const { certRequestPem } = await make(certRequest, { privateKeyPem: key, ...names });
  return make(locallySignedCert, {
    certRequestPem,
    caCertPem: ca.certPem,
    caPrivateKeyPem: ca.privateKeyPem,
    allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
    validityPeriodHours: 720,
    ...inputs,
  });
}

describe("a certificate for a request", () => {
  test.each(["RSA", "ECDSA", "ED25519"])(
    "of a %s key is valid under the authority that signed it",
    async (algorithm) => {
      const key = await keyOf(algorithm, { ecdsaCurve: "P256" });
      const ca = await authority();
      const made = await leaf(ca, key);
      const certificate = new X509Certificate(made.certPem);
      const issuer = new X509Certificate(ca.certPem);
      expect(made.caKeyAlgorithm).toBe("ECDSA");
      expect(issuer.ca).toBe(true);
      expect(issuer.verify(issuer.publicKey)).toBe(true);
      expect(certificate.verify(issuer.publicKey)).toBe(true);
      expect(certificate.checkIssued(issuer)).toBe(true);
      expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
      expect(certificate.ca).toBe(false);
      expect(certificate.subject).toBe("CN=ingest.local");
      expect(certificate.issuer).toBe("O=Orderhub\nCN=Containers AU");
      expect(certificate.subjectAltName).toBe(
        "DNS:ingest.local, DNS:*.ingest.local, IP Address:10.0.3.7, IP Address:FD00:0:0:0:0:0:1:2, URI:spiffe://orderhub.example/ingest",
      );
      expect(certificate.checkHost("pod.ingest.local")).toBe("*.ingest.local");
      expect(certificate.checkHost("dispatch.local")).toBeUndefined();
      expect(certificate.checkIP("10.0.3.7")).toBe("10.0.3.7");
      expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
      expect(BigInt(`0x${certificate.serialNumber}`).toString()).toBe(made.id);
    },
  );

  test.each(["P256", "P384", "P521"])("is signed by an authority with a key on %s", async (ecdsaCurve) => {
    const ca = await authority({ privateKeyPem: await keyOf("ECDSA", { ecdsaCurve }) });
    const certificate = new X509Certificate((await leaf(ca, await keyOf("ED25519"))).certPem);
    expect(certificate.verify(new X509Certificate(ca.certPem).publicKey)).toBe(true);
  });

  test("is refused for a key on P224, which the twin cannot sign with", async () => {
    await expect(leaf(await authority(), await keyOf("ECDSA"))).rejects.toThrow(
      "the twin does not model a private key on curve P224 that signs; take ecdsaCurve P256, P384 or P521",
    );
  });

  test("is valid from now for as many hours as asked", async () => {
    const before = Date.now();
    const made = await leaf(await authority(), await keyOf("ED25519"));
    const certificate = new X509Certificate(made.certPem);
    const from = Date.parse(made.validityStartTime);
    expect(from).toBeGreaterThanOrEqual(before);
    expect(from).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(made.validityEndTime)).toBe(from + 720 * hour);
    expect(Date.parse(certificate.validTo)).toBe(Math.floor((from + 720 * hour) / 1000) * 1000);
    expect(made.readyForRenewal).toBe(false);
  });

  test("is refused when the key is not the authority's, or an input is no PEM of its kind", async () => {
    const ca = await authority();
    const key = await keyOf("ED25519");
    await expect(leaf({ ...ca, privateKeyPem: key }, key)).rejects.toThrow(
      "Failed to create certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    );
    await expect(leaf(ca, key, { certRequestPem: ca.certPem })).rejects.toThrow(
      'Failed to parse certificate request PEM: invalid PEM type - expected "CERTIFICATE REQUEST", got "CERTIFICATE"',
    );
    await expect(leaf(ca, key, { caCertPem: "" })).rejects.toThrow(
      'Failed to parse CA certificate PEM: failed to decode PEM of expected type "CERTIFICATE" from bytes',
    );
  });
});

describe("an authority", () => {
  test("limits the path below it only from one on, as the provider does", async () => {
    const constraints = Buffer.from("551d130101ff0408", "hex");
    const limited = new X509Certificate((await authority({ maxPathLength: 1 })).certPem).raw;
    expect(limited.subarray(limited.indexOf(constraints)).subarray(8, 16).toString("hex")).toBe("30060101ff020101");
    const unlimited = new X509Certificate((await authority({ maxPathLength: 0 })).certPem).raw;
    expect(unlimited.indexOf(Buffer.from("551d130101ff040530030101ff", "hex"))).toBeGreaterThan(0);
  });

  test("needs a subject", async () => {
    await expect(authority({ subject: undefined })).rejects.toThrow(
      "Invalid Certificate Subject: Must contain at least one Distinguished Name when creating Certificate Authority (CA)",
    );
  });
});

describe("a plan", () => {
  test("refuses what the provider or the twin does not know, by name", async () => {
    const { problems } = checked(selfSignedCert, {
      privateKeyPem: "x",
      privateKeyPemWo: "x",
      subject: { emailAddress: "a@b.example" },
      validityPeriodHours: -1,
      allowedUses: ["serverAuth"],
    });
    expect(problems.map(({ property }) => property).sort()).toEqual([
      "allowedUses.0",
      "privateKeyPemWo",
      "subject.emailAddress",
      "validityPeriodHours",
    ]);
  });

  test("replaces a certificate for anything but its early renewal", async () => {
    const { inputs } = checked(selfSignedCert, {
      privateKeyPem: await keyOf("ED25519"),
      dnsNames: ["a.local"],
      allowedUses: ["server_auth"],
      validityPeriodHours: 720,
    });
    const state = { ...inputs, ...(await selfSignedCert.create(inputs, call)).outputs };
    const to = (change: Properties) => diff(selfSignedCert, inputs, { ...inputs, ...change }, state);
    expect(to({ earlyRenewalHours: 1 })).toMatchObject({ changed: ["earlyRenewalHours"], replaces: [] });
    expect(to({ dnsNames: ["b.local"] })).toMatchObject({ changed: ["dnsNames"], replaces: ["dnsNames"] });
    expect(to({})).toMatchObject({ changed: [], replaces: [] });
    expect(to({ earlyRenewalHours: 720 })).toMatchObject({
      changed: ["earlyRenewalHours", "readyForRenewal"],
      replaces: ["readyForRenewal"],
      deleteBeforeReplace: false,
    });
  });
});

describe("a private key", () => {
  test("comes in every form, all of one key", async () => {
    const key = await make(privateKey, { algorithm: "RSA" });
    expect(key.privateKeyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(key.privateKeyPemPkcs8).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(key.privateKeyPem).equals(createPrivateKey(key.privateKeyPemPkcs8))).toBe(true);
    expect(createPublicKey(key.publicKeyPem).equals(createPublicKey(key.privateKeyPem))).toBe(true);
    expect(createPublicKey(key.publicKeyPem).asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(key.publicKeyOpenssh).toMatch(/^ssh-rsa AAAAB3NzaC1yc2E[A-Za-z0-9+/=]+\n$/);
    expect(key.publicKeyFingerprintMd5).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    expect(key.publicKeyFingerprintSha256).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });

  test("on P224, the default curve, has no OpenSSH form", async () => {
    const key = await make(privateKey, { algorithm: "ECDSA" });
    expect(createPrivateKey(key.privateKeyPem).asymmetricKeyDetails).toEqual({ namedCurve: "secp224r1" });
    expect([key.privateKeyOpenssh, key.publicKeyOpenssh, key.publicKeyFingerprintSha256]).toEqual(["", "", ""]);
  });

  test("of too few bits is refused", async () => {
    await expect(keyOf("RSA", { rsaBits: 512 })).rejects.toThrow("crypto/rsa: 512-bit keys are insecure");
  });
});
