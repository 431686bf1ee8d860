import fc from "fast-check";
import { deduplicationId, orderKey, parseOrder } from "../../../service/order.ts";

const store = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
const orderId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
const order = fc.record({ store, orderId, payload: fc.dictionary(fc.string(), fc.jsonValue()) });
/** Escaped, no text has the two characters that a message may not hold. */
const texts = order.map((one) =>
  JSON.stringify(one).replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`),
);

test("every order of the documented form is accepted, with its text as the store wrote it", () => {
  fc.assert(
    fc.property(order, texts, (_one, text) => {
      const parsed = parseOrder(text);
      expect(parsed).toMatchObject({ ok: true, order: { text } });
    }),
  );
});

test("no text makes the parser throw, and a refusal names a field and what was expected", () => {
  const broken = texts.chain((text) => fc.nat(text.length).map((at) => text.slice(0, at)));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), broken), (text) => {
      const parsed = parseOrder(text);
      if (parsed.ok) return;
      const { error, field, expected } = parsed.refusal;
      expect(error).toContain(`${field} is wrong: expected ${expected}`);
    }),
  );
});

test("a further or repeated field is refused, wherever it stands", () => {
  fc.assert(
    fc.property(order, fc.constantFrom("store", "orderId", "payload", "other"), fc.boolean(), (one, field, first) => {
      const body = JSON.stringify(one)
        .slice(1, -1)
        .replace(/[\uFFFE\uFFFF]/g, "x");
      const more = `${JSON.stringify(field)}:${JSON.stringify(field in one ? one[field as "store"] : 1)}`;
      const parsed = parseOrder(
        first
          ? `{${more.replace(/[\uFFFE\uFFFF]/g, "x")},${body}}`
          : `{${body},${more.replace(/[\uFFFE\uFFFF]/g, "x")}}`,
      );
      expect(parsed).toMatchObject({ ok: false, refusal: { field } });
    }),
  );
});

test("two orders share a deduplication id only where store, order id and text are the same", () => {
  fc.assert(
    fc.property(order, order, (one, other) => {
      const [left, right] = [one, other].map((each) => ({ ...each, text: JSON.stringify(each) })) as [never, never];
      const isSame = orderKey(one) === orderKey(other) && JSON.stringify(one) === JSON.stringify(other);
      expect(deduplicationId(left) === deduplicationId(right)).toBe(isSame);
    }),
  );
});
