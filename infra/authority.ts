/**
 * The region's own certificate authority, and the certificate with which ingest speaks TLS to the load balancer. Both are
 * renewed by the first update in the second half of their time, without any manual step.
 *
 * The private keys are in the stack's state, encrypted, and ingest's is in Secrets Manager; nowhere else.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

const year = 365 * 24;

/** Hours: an authority outlasts whatever it signs, since it is renewed when twice that time is left. */
const authorityTime = { validityPeriodHours: 10 * year, earlyRenewalHours: 2 * year };
const certificateTime = { validityPeriodHours: year, earlyRenewalHours: year / 2 };

/** `.internal` is kept for private use (ICANN resolution 2024.07.29.06): the name cannot be registered. */
const ingestName = "ingest.internal";

/** The region's certificate authority, ingest's certificate, and the secret that holds both. */
export class Authority extends pulumi.ComponentResource {
  /** Secret with `key` and `chain` of ingest, both PEM. */
  readonly ingestSecretArn: pulumi.Output<string>;
  /** The version that holds what was signed last. */
  readonly ingestVersionId: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:Authority", name, {}, opts);

    const authorityKey = createKey(`${name}-authority`, this);
    const authority = createAuthority(name, authorityKey, this);
    const key = createKey(`${name}-ingest`, this);
    const certificate = signCertificate(name, key, { key: authorityKey, certificate: authority }, this);
    const secret = createSecret(name, this);
    const version = createVersion(name, secret, { key, certificate, authority }, this);

    this.ingestSecretArn = secret.arn;
    this.ingestVersionId = version.versionId;
    this.registerOutputs();
  }
}

function createKey(name: string, parent: Authority): tls.PrivateKey {
  return new tls.PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" }, { parent });
}

function createAuthority(name: string, key: tls.PrivateKey, parent: Authority): tls.SelfSignedCert {
  return new tls.SelfSignedCert(
    `${name}-authority`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: `order-queue ${name}` },
      isCaCertificate: true,
      allowedUses: ["cert_signing"],
      ...authorityTime,
    },
    { parent },
  );
}

function signCertificate(
  name: string,
  key: tls.PrivateKey,
  authority: { key: tls.PrivateKey; certificate: tls.SelfSignedCert },
  parent: Authority,
): tls.LocallySignedCert {
  const request = new tls.CertRequest(
    `${name}-ingest`,
    { privateKeyPem: key.privateKeyPem, subject: { commonName: ingestName }, dnsNames: [ingestName] },
    { parent },
  );
  return new tls.LocallySignedCert(
    `${name}-ingest`,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: authority.key.privateKeyPem,
      caCertPem: authority.certificate.certPem,
      allowedUses: ["digital_signature", "server_auth"],
      ...certificateTime,
    },
    { parent },
  );
}

/**
 * Not protected, and kept for the shortest time AWS has after a deletion: any update makes all of it again, and until then
 * a deletion by mistake can be undone.
 */
function createSecret(name: string, parent: Authority): aws.secretsmanager.Secret {
  return new aws.secretsmanager.Secret(
    `${name}-ingest-tls`,
    { description: "Private key and certificate chain of the ingest containers", recoveryWindowInDays: 7 },
    { parent },
  );
}

function createVersion(
  name: string,
  secret: aws.secretsmanager.Secret,
  made: { key: tls.PrivateKey; certificate: tls.LocallySignedCert; authority: tls.SelfSignedCert },
  parent: Authority,
): aws.secretsmanager.SecretVersion {
  const value = {
    key: made.key.privateKeyPem,
    chain: pulumi.interpolate`${made.certificate.certPem}${made.authority.certPem}`,
  };
  return new aws.secretsmanager.SecretVersion(
    `${name}-ingest-tls`,
    { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(value)) },
    { parent },
  );
}
