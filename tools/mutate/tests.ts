import { basename, dirname } from "node:path/posix";

/**
 * The unit tests that judge the mutants of a source: those named after it, `gate.test.ts` and `gate.WORD.test.ts`; where
 * there is none, all of its folder. Empty where the folder has none either.
 *
 * @param all every unit test, as paths from the project's root with `/`
 */
export function testsOf(source: string, all: readonly string[]): string[] {
  const folder = all.filter((test) => dirname(test) === `test/unit/${dirname(source)}`);
  const name = basename(source, ".ts");
  const own = folder.filter((test) => basename(test).startsWith(`${name}.`));
  return own.length > 0 ? own : folder;
}
