import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { documented, exceptions, unmapped } from "../../../../tools/bounds/documented.ts";
import { acceptedBy } from "../../../../tools/bounds/paths.ts";
import { aws } from "../../../../twin/services/resources.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../../../docs/aws-differences.md"), "utf8");

/** The paths that no property of the type has. */
function strays(token: string, paths: readonly string[]): string[] {
  const type = aws.types.get(token);
  const accepted = type && acceptedBy(token, type.inputs);
  return paths.filter((path) => !accepted?.has(path)).map((path) => `${token} ${path}`);
}

test("each documented rule is about properties that the twin accepts, and names its source", () => {
  expect(documented.flatMap(({ types, bounds }) => types.flatMap((type) => strays(type, Object.keys(bounds))))).toEqual(
    [],
  );
  expect(documented.filter(({ source }) => source === "")).toEqual([]);
});

test("each exception is about a property that the twin accepts", () => {
  expect(exceptions.flatMap(({ type = "aws:ec2/vpc:Vpc", path }) => strays(type, [path]))).toEqual([]);
});

test("docs/aws-differences.md has every bound that cannot be mapped, with its reason", () => {
  const rows = [
    ...exceptions.map(({ path, reason }) => ({ what: `\`${path}\``, reason })),
    ...unmapped.map(({ bounds, reason }) => ({ what: bounds, reason })),
  ];
  const missing = rows.filter(
    ({ what, reason }) =>
      !page.split("\n").some((line) => line.startsWith(`| ${what}`) && line.endsWith(`| ${reason} |`)),
  );
  expect(missing).toEqual([]);
});
