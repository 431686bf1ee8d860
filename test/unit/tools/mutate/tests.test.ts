import { testsOf } from "../../../../tools/mutate/tests.ts";

const all = ["stacks/gate", "stacks/gate.model", "stacks/gateway", "stacks/deep/gate", "release/gate"].map(
  (name) => `test/unit/${name}.test.ts`,
);

describe("the tests that judge a source's mutants", () => {
  test("are those named after it", () => {
    expect(testsOf("stacks/gate.ts", all)).toEqual([
      "test/unit/stacks/gate.test.ts",
      "test/unit/stacks/gate.model.test.ts",
    ]);
    expect(testsOf("release/gate.ts", all)).toEqual(["test/unit/release/gate.test.ts"]);
  });

  test("are those of its folder where none is named after it", () => {
    expect(testsOf("stacks/ledger.ts", all)).toEqual(all.slice(0, 3));
    expect(testsOf("infra/network.ts", all)).toEqual([]);
  });
});
