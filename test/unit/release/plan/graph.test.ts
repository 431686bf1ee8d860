import { deployedGraph } from "../../../../release/plan/graph.ts";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: "the key" };

test("the graph of a deployed stack has no secret in it, however deep, and nothing that waits for its deletion", () => {
  const urn = "urn:pulumi:staging::order-queue::aws:secretsmanager/secretVersion:SecretVersion::staging-ingest-tls";
  const state = {
    urn,
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    id: "version",
    parent: "",
    inputs: { secretId: "arn", secretString: secret, list: [{ inner: secret }] },
    outputs: { secretString: secret },
  };
  const graph = deployedGraph({ resources: [state, { ...state, delete: true }] });
  expect(graph).toEqual([
    {
      urn,
      type: state.type,
      name: "staging-ingest-tls",
      parent: "",
      id: "version",
      protect: false,
      inputs: { secretId: "arn", secretString: "[secret]", list: [{ inner: "[secret]" }] },
      outputs: { secretString: "[secret]" },
    },
  ]);
});
