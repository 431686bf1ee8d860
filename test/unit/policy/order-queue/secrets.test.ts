import { secretHasValue } from "../../../../policy/order-queue/secrets.ts";
import { resource, stackCases } from "../cases.ts";

const secret = (name: string) => resource("aws:secretsmanager/secret:Secret", name);
const [tls, synthetic] = [secret("tls"), secret("synthetic")];
const version = (name: string, of: typeof tls) =>
  resource("aws:secretsmanager/secretVersion:SecretVersion", name, {}, { refers: { secretId: [of] } });
const fix = "Fix: aws.secretsmanager.SecretVersion";

stackCases(secretHasValue, {
  "fails if a secret has no version": [
    [tls, synthetic, version("tls", tls)],
    [`synthetic: has 0 versions in the stack; expected 1. ${fix}`],
  ],
  "fails if two versions are of one secret, and none of the other": [
    [tls, synthetic, version("tls", tls), version("synthetic", tls)],
    [
      `tls: has 2 versions in the stack; expected 1. ${fix}`,
      `synthetic: has 0 versions in the stack; expected 1. ${fix}`,
    ],
  ],
  "passes if each has its own": [[tls, synthetic, version("tls", tls), version("synthetic", synthetic)], []],
});
