/** A secret of the stack has a value: what asks for one without gets ResourceNotFoundException. */
import { stackRule } from "../rule.ts";
import { intersects } from "../stack.ts";

export const secretHasValue = stackRule({
  name: "secret-has-value",
  description: "Each secret of a stack has one version that is its own: a container that asks for it gets a value.",
  on: "aws:secretsmanager/secret:Secret",
  check: (secret, report, stack) => {
    const versions = stack
      .all("aws:secretsmanager/secretVersion:SecretVersion")
      .filter((version) => intersects(version.refersTo("secretId", "aws:secretsmanager/secret:Secret"), [secret]));
    if (versions.length === 1) return;
    report(`has ${versions.length} versions in the stack; expected 1. Fix: aws.secretsmanager.SecretVersion`);
  },
});
