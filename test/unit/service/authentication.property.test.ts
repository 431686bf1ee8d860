import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { Authentication } from "../../../service/authentication.ts";

const secrets = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);

function headersOf(secret: string, text: string) {
  const at = new Date();
  const signature = new Webhook(secret).sign("msg_1", at, text);
  return {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": signature,
  };
}

const checkedBy = (...signing: string[]) => {
  const known = { signing, bearer: [] };
  return new Authentication({ of: async () => known, renewed: async () => undefined }, new Set());
};

test("what a store signs is authentic, with any of its secrets", async () => {
  await fc.assert(
    fc.asyncProperty(secrets, secrets, fc.string(), async (secret, other, text) => {
      expect(await checkedBy(other, secret).check("acme", headersOf(secret, text), text)).toEqual({ authentic: true });
    }),
  );
});

test("another body, or another secret, is not", async () => {
  await fc.assert(
    fc.asyncProperty(secrets, secrets, fc.string(), fc.string({ minLength: 1 }), async (secret, other, text, more) => {
      const headers = headersOf(secret, text);
      expect(await checkedBy(secret).check("acme", headers, text + more)).toMatchObject({ authentic: false });
      fc.pre(secret !== other);
      expect(await checkedBy(other).check("acme", headers, text)).toMatchObject({ authentic: false });
    }),
  );
});
