/**
 * `tls.SelfSignedCert`: a certificate that its own key signs, an authority's or a service's.
 * Source: terraform-provider-tls internal/provider/resource_self_signed_cert.go. What is not modelled: certificate.ts.
 */
import { z } from "zod";
import { global, type ResourceType } from "../../pulumi/define.ts";
import {
  certificateComputed,
  certificateDefaults,
  certificateLifecycle,
  certificateReplaces,
  certificateShape,
  issue,
  ownKeyId,
} from "./certificate.ts";
import { parsePrivateKey } from "./keys.ts";
import { alternativeNames, distinguishedName, namesShape } from "./names.ts";

export const selfSignedCert: ResourceType = {
  token: "tls:index/selfSignedCert:SelfSignedCert",
  scope: "global",
  inputs: global({
    ...certificateShape,
    ...namesShape,
    privateKeyPem: z.string(),
    setAuthorityKeyId: z.boolean(),
  }),
  defaults: { ...certificateDefaults, setAuthorityKeyId: false },
  computed: [...certificateComputed, "keyAlgorithm"],
  replaces: [...certificateReplaces, ...Object.keys(namesShape), "privateKeyPem", "setAuthorityKeyId"],
  create: async (inputs) => {
    const key = parsePrivateKey(inputs.privateKeyPem, "private key");
    const name = distinguishedName(inputs.subject);
    const keyId = await ownKeyId(inputs, key.publicKey);
    if (inputs.setAuthorityKeyId && !keyId)
      throw new Error("Invalid Certificate Authority: Could not determine Authority Key Identifier");
    const subject = { name, publicKey: key.publicKey, alternativeNames: alternativeNames(inputs) };
    const { id, outputs } = await issue(inputs, subject, { name, key, keyId });
    return { id, outputs: { ...outputs, keyAlgorithm: key.algorithm } };
  },
  ...certificateLifecycle,
};
