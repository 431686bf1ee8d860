import { unrehearsed } from "../../../../release/plan/operations.ts";
import { operationContract } from "../../../../stacks/parity-contract.ts";

test("production may renew its certificate on a day of its own, but no key is made again unrehearsed", () => {
  const renewal = [
    "replace tls:index/selfSignedCert:SelfSignedCert {stack}-authority",
    "replace tls:index/locallySignedCert:LocallySignedCert {stack}-ingest",
    "replace aws:secretsmanager/secretVersion:SecretVersion {stack}-ingest-tls",
    "replace aws:ecs/taskDefinition:TaskDefinition {stack}-ingest",
  ];
  const others = [
    "replace tls:index/privateKey:PrivateKey {stack}-ingest",
    "replace aws:secretsmanager/secret:Secret {stack}-ingest-tls",
  ];
  expect(unrehearsed([...renewal, ...others], [], operationContract)).toEqual(others);
});
