/**
 * `tls.PrivateKey`: a key that is really made, kept in the stack's state. Not modelled: comments of OpenSSH keys.
 * Every change makes a new key.
 * Source: terraform-provider-tls internal/provider/resource_private_key.go, common_key.go.
 */
import { createHash, createPublicKey, type KeyObject, generateKeyPair as withCallback } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { Properties } from "../../core/store.ts";
import { global, type ResourceType } from "../../pulumi/define.ts";
import { curveNames, opensslCurve } from "./keys.ts";
import { openSsh } from "./openssh.ts";

const generateKeyPair = promisify(withCallback);

export const privateKey: ResourceType = {
  token: "tls:index/privateKey:PrivateKey",
  scope: "global",
  inputs: global({
    algorithm: z.enum(["RSA", "ECDSA", "ED25519"]),
    rsaBits: z.int(),
    ecdsaCurve: z.enum(curveNames),
  }),
  defaults: { rsaBits: 2048, ecdsaCurve: "P224" },
  computed: [
    "privateKeyOpenssh",
    "privateKeyPem",
    "privateKeyPemPkcs8",
    "publicKeyFingerprintMd5",
    "publicKeyFingerprintSha256",
    "publicKeyOpenssh",
    "publicKeyPem",
  ],
  replaces: [],
  create: async (inputs) => {
    const key = await generate(inputs);
    const publicKey = createPublicKey(key);
    const traditional = { RSA: "pkcs1", ECDSA: "sec1", ED25519: "pkcs8" } as const;
    return {
      id: createHash("sha1")
        .update(publicKey.export({ type: "spki", format: "der" }))
        .digest("hex"),
      outputs: {
        privateKeyPem: pem(key, traditional[inputs.algorithm as keyof typeof traditional]),
        privateKeyPemPkcs8: pem(key, "pkcs8"),
        publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
        ...openSsh(key),
      },
    };
  },
};

async function generate({ algorithm, rsaBits, ecdsaCurve }: Properties): Promise<KeyObject> {
  if (algorithm === "ED25519") return (await generateKeyPair("ed25519")).privateKey;
  if (algorithm === "ECDSA") return (await generateKeyPair("ec", { namedCurve: opensslCurve(ecdsaCurve) })).privateKey;
  // Go refuses smaller ones (crypto/rsa, checkKeySize).
  if (rsaBits < 1024)
    throw new Error(
      `Unable to generate Key from configuration: crypto/rsa: ${rsaBits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`,
    );
  return (await generateKeyPair("rsa", { modulusLength: rsaBits })).privateKey;
}

function pem(key: KeyObject, type: "pkcs1" | "sec1" | "pkcs8"): string {
  return key.export({ type, format: "pem" }).toString();
}
