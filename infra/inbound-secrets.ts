/**
 * With what orders are signed. The stores' secrets are created and rotated by `order-queue store-secret`, in no state
 * (docs/decisions/0037-store-secrets-are-no-resources.md); that of synthetic orders is the program's own.
 */
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { inboundSecretName, syntheticStore } from "./names.ts";

/** The secret of synthetic orders, and its value. */
export class SyntheticSecret extends pulumi.ComponentResource {
  /** Known as soon as the secret has a value. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("order-queue:infra:SyntheticSecret", name, {}, opts);
    const parent = { parent: this };

    // The only source of random bytes among the program's providers; no certificate is of this key.
    const random = new tls.PrivateKey(`${name}-synthetic`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, parent);
    const secret = new aws.secretsmanager.Secret(
      `${name}-synthetic`,
      {
        name: inboundSecretName(name, syntheticStore),
        description: "Signs the orders of verification and canary",
        // A rollback to a release without it deletes it, and the next release creates one of the same name: a name is
        // free only when the recovery window is over (Secrets Manager API reference, DeleteSecret).
        recoveryWindowInDays: 0,
      },
      parent,
    );
    const secretString = pulumi.secret(random.privateKeyPem.apply((pem) => JSON.stringify({ signing: [keyOf(pem)] })));
    const version = new aws.secretsmanager.SecretVersion(
      `${name}-synthetic`,
      { secretId: secret.id, secretString },
      parent,
    );
    this.arn = version.secretId;
    this.registerOutputs();
  }
}

/** A key of Standard Webhooks, 32 bytes. */
function keyOf(pem: string): string {
  return `whsec_${createHash("sha256").update(pem).digest("base64")}`;
}
