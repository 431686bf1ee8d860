import type { Accepted } from "../../../../../tools/bounds/paths.ts";
import type { Bound } from "../../../../../twin/services/bounds/bound.ts";

/** A value on the one side of a bound, with what is tried. */
export interface Try {
  bound: string;
  /** Undefined: the property is left out. */
  value: unknown;
}

/** At each end of a property's bounds, values of which AWS accepts all and the twin's own schema perhaps only some. */
export function inside(bound: Bound, { type, values }: Accepted): { bound: string; values: unknown[] }[] {
  const { min, max } = bound;
  if (values) return [{ bound: "any", values: [...values] }];
  if (bound.enum) return [{ bound: "enum", values: [...bound.enum] }];
  const ends = [...new Set([min, max].filter((end) => end !== undefined))];
  if (ends.length === 0) return [{ bound: "any", values: sized(bound, type) }];
  // The forms of AWS's patterns have more characters than the least that it names.
  return ends
    .map((end) => ({ bound: String(end), values: sized(bound, type, end) }))
    .filter(({ bound: end, values: found }) => found.length > 0 || end !== String(min));
}

/** Just outside each bound of a property, one bound at a time. */
export function outside(bound: Bound, type: Accepted["type"]): Try[] {
  const { required, min, max, patterns = [], enum: values } = bound;
  return [
    ...(required ? [{ bound: "required", value: undefined }] : []),
    ...(min !== undefined ? [{ bound: `min ${min}`, value: first(sized({ min: min - 1 }, type, min - 1)) }] : []),
    ...(max !== undefined ? [{ bound: `max ${max}`, value: first(sized({ max: max + 1 }, type, max + 1)) }] : []),
    ...patterns.map((pattern) => ({ bound: pattern, value: unmatched(pattern, bound) })),
    ...(values ? [{ bound: "enum", value: `not ${values[0]}` }] : []),
  ];
}

function first<T>([value]: readonly T[]): T | undefined {
  return value;
}

/** Values of that size, which otherwise keep the bounds. */
function sized(bound: Bound, type: Accepted["type"], size?: number): unknown[] {
  if (type === "number" || type === "integer") return [size ?? 1];
  if (type === "array") return [Array.from({ length: size ?? 1 }, () => "a")];
  if (type === "object") return [Object.fromEntries(Array.from({ length: size ?? 1 }, (_, n) => [`k${n}`, "a"]))];
  if (type === "boolean") return [true];
  return texts(bound, size);
}

const a = (length: number) => "a".repeat(Math.max(0, length));
const arn = "arn:aws:acm:eu-west-1:123456789012:certificate/";
const policy = '{"Statement":[],"widgets":[],"rules":[],"x":""}';
const rule =
  '{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}';
const domain = (length: number) => `${`${a(62)}.`.repeat(Math.floor(length / 63))}${a((length - 4) % 63)}.com`;

/** Texts of about any form that AWS or the twin wants, by length. */
const forms: readonly ((length: number) => string)[] = [
  a,
  (length) => "1".repeat(length),
  (length) => `${arn}${a(length - arn.length)}`,
  (length) => `arn:${a(length - 4)}`,
  (length) => domain(length).slice(-length),
  (length) => (length === 1 ? "/" : `/${a(length - 2)}/`),
  (length) => policy.replace('"x":""', `"x":"${a(length - policy.length)}"`),
  (length) => `{"rules":[${rule}]}`.padEnd(length),
  (length) => `arn:aws:iam::${a(length - 13)}`,
  (length) => `$.${a(length - 2)}`,
  (length) => `{ $.a = "${a(length - 12)}" }`,
  () => "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a",
  () => "200",
  () => "HTTPS",
  () => '["CMD","true"]',
];

/** Of that size, or of any. */
function texts({ min = 1, max = 200, patterns = [] }: Bound, size?: number): string[] {
  const lengths = (size === undefined ? [min, 3, 12, 60, 150] : [size]).filter(
    (length) => length >= min && length <= max,
  );
  return lengths
    .flatMap((length) => forms.map((form) => form(length)))
    .filter((text) => (size === undefined ? text.length >= min && text.length <= max : text.length === size))
    .filter((text) => patterns.every((pattern) => new RegExp(`^(?:${pattern})$`, "u").test(text)));
}

/** Characters that AWS refuses somewhere, and beginnings. */
const strange = ["\u0000", "\n", "'", "é", "“", " ", "*", ":", "~", "$", "_", "/", "A", "aws:", "AWS"];

function unmatched(pattern: string, { min = 1, patterns: _, ...bound }: Bound): string {
  const whole = new RegExp(`^(?:${pattern})$`, "u");
  const base = first(texts({ ...bound, min, patterns: [] })) ?? "";
  const others = strange.map((character) => `${character}${base.slice(character.length)}`);
  const found = [...others, a(base.length)].find((text) => !whole.test(text));
  if (found === undefined) throw new Error(`Every text matches ${pattern}`);
  return found;
}
