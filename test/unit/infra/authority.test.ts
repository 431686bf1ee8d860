import * as pulumi from "@pulumi/pulumi";
import { Authority } from "../../../infra/authority.ts";
import { inputsOf, type Registered, register, the } from "./mocks.ts";

let resources: Registered[];

beforeAll(async () => {
  resources = await register(() => new Authority("prod-eu"));
});

const year = 8_760;

describe("a region's authority", () => {
  it("is a certificate that signs certificates, and nothing else", () => {
    expect(inputsOf(resources, "tls:index/selfSignedCert:SelfSignedCert", "prod-eu-authority")).toMatchObject({
      subject: { commonName: "order-queue prod-eu" },
      isCaCertificate: true,
      allowedUses: ["cert_signing"],
      validityPeriodHours: 10 * year,
      earlyRenewalHours: 2 * year,
    });
  });

  it("signs ingest's certificate, for a server alone, renewed by any update of its second half-year", () => {
    expect(inputsOf(resources, "tls:index/locallySignedCert:LocallySignedCert", "prod-eu-ingest")).toMatchObject({
      certRequestPem: "request of prod-eu-ingest\n",
      caCertPem: "certificate of prod-eu-authority\n",
      allowedUses: ["digital_signature", "server_auth"],
      validityPeriodHours: year,
      earlyRenewalHours: year / 2,
    });
    expect(inputsOf(resources, "tls:index/certRequest:CertRequest", "prod-eu-ingest")).toMatchObject({
      dnsNames: ["ingest.internal"],
    });
  });

  it("outlasts what it signs at any time", () => {
    const time = (type: string, name: string) => inputsOf(resources, type, name);
    const authority = time("tls:index/selfSignedCert:SelfSignedCert", "prod-eu-authority");
    const signed = time("tls:index/locallySignedCert:LocallySignedCert", "prod-eu-ingest");
    expect(authority.earlyRenewalHours).toBeGreaterThanOrEqual(signed.validityPeriodHours);
  });

  it("has keys of P-256, its own and ingest's", () => {
    const keys = resources.filter(({ type }) => type === "tls:index/privateKey:PrivateKey");
    expect(keys.map(({ name, inputs }) => [name, inputs])).toEqual([
      ["prod-eu-authority", { algorithm: "ECDSA", ecdsaCurve: "P256" }],
      ["prod-eu-ingest", { algorithm: "ECDSA", ecdsaCurve: "P256" }],
    ]);
  });

  it("puts ingest's key, and the chain up to itself, in a secret whose name AWS completes", () => {
    const secret = the(resources, "aws:secretsmanager/secret:Secret", "prod-eu-ingest-tls");
    expect(secret.inputs).toEqual({
      description: "Private key and certificate chain of the ingest containers",
      recoveryWindowInDays: 7,
    });
    const version = the(resources, "aws:secretsmanager/secretVersion:SecretVersion", "prod-eu-ingest-tls");
    expect(JSON.parse(plain(version.inputs.secretString))).toEqual({
      key: "key of prod-eu-ingest\n",
      chain: "certificate of prod-eu-ingest\ncertificate of prod-eu-authority\n",
    });
  });

  it("tells its keys to nothing but the secret, as secrets alone", () => {
    const told = resources.flatMap(({ type, name, inputs }) =>
      Object.entries(inputs).flatMap(([property, value]) =>
        JSON.stringify(value).includes("key of") ? [[type, name, property, isSecret(value)]] : [],
      ),
    );
    expect(told.sort()).toEqual([
      ["aws:secretsmanager/secretVersion:SecretVersion", "prod-eu-ingest-tls", "secretString", true],
      ["tls:index/certRequest:CertRequest", "prod-eu-ingest", "privateKeyPem", true],
      ["tls:index/locallySignedCert:LocallySignedCert", "prod-eu-ingest", "caPrivateKeyPem", true],
      ["tls:index/selfSignedCert:SelfSignedCert", "prod-eu-authority", "privateKeyPem", true],
    ]);
  });
});

/** How the engine's protocol marks a secret (pulumi sdk/nodejs/runtime/rpc.ts, specialSigKey). */
function isSecret(value: unknown): boolean {
  return pulumi.runtime.isRpcSecret(value);
}

function plain(value: unknown): string {
  return pulumi.runtime.unwrapRpcSecret(value);
}
