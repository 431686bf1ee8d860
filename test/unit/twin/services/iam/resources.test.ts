import { role, rolePolicy } from "../../../../../twin/services/iam/resources.ts";
import { Provider } from "../provider.ts";

const provider = new Provider();

/** A policy of that many characters, and beside them white space, which IAM does not count. */
function policyOf(characters: number): string {
  const around = JSON.stringify({ Statement: [{ Sid: "" }] });
  return JSON.stringify({ Statement: [{ Sid: "a".repeat(characters - around.length) }] }, undefined, 10);
}

const put = (name: string, characters: number) =>
  provider.refusal(rolePolicy, { role: "execution", name, policy: policyOf(characters) });

beforeEach(async () => {
  await provider.create(role, { name: "execution", assumeRolePolicy: '{"Statement":[]}' });
});

describe("the inline policies of a role", () => {
  it("have 10,240 characters together, white space not counted", async () => {
    expect(await put("one", 5_000)).toBe("nothing was refused");
    expect(await put("two", 5_241)).toBe(
      "putting IAM Role (execution) Policy (two): api error LimitExceeded: Maximum policy size of 10240 bytes exceeded for role execution",
    );
    expect(await put("two", 5_240)).toBe("nothing was refused");
  });

  it("are counted again when one of them changes", async () => {
    const one = await provider.create(rolePolicy, { role: "execution", name: "one", policy: policyOf(10_000) });
    const update = (characters: number) =>
      rolePolicy.update?.(one.id, one, { ...one, policy: policyOf(characters) }, provider.call);
    expect(() => update(10_240)).not.toThrow();
    expect(() => update(10_241)).toThrow("updating IAM Role (execution) Policy (one): api error LimitExceeded");
  });
});

test("a role's trust policy has 2,048 characters, white space not counted", async () => {
  const trust = (characters: number) => ({ name: "wide", assumeRolePolicy: policyOf(characters) });
  expect(await provider.refusal(role, trust(2_049))).toBe(
    "creating IAM Role (wide): api error LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048",
  );
  expect(await provider.refusal(role, trust(2_048))).toBe("nothing was refused");
});
