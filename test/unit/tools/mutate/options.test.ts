import { readOptions } from "../../../../tools/mutate/options.ts";

const files: Record<string, string[]> = {
  "b/*": ["b/z.ts", "b/README.md", "b/a.ts"],
  "b/a.ts": ["b/a.ts"],
  "b/*.md": ["b/README.md"],
};
const read = (...args: string[]) => readOptions(args, (glob) => files[glob] ?? []);

beforeEach(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

test("the command reads globs, threshold and file; each source once, sorted", () => {
  expect(read("--files", "b/*", "b/a.ts", "--json", "c.json")).toEqual({
    ...{ files: ["b/a.ts", "b/z.ts"], threshold: 85, json: "c.json" },
  });
  expect(read("--files", "b/a.ts", "--threshold", "90.5")).toEqual({ files: ["b/a.ts"], threshold: 90.5 });
});

test.each([
  ["no glob", [], "required option '--files <glob...>' not specified"],
  ["a glob without a TypeScript file", ["--files", "b/*.md"], "no TypeScript file matches. Fix: give a path or a glob"],
  ["a threshold over 100", ["--files", "b/a.ts", "--threshold", "101"], "expected 0 to 100"],
  ["a threshold that is no number", ["--files", "b/a.ts", "--threshold", "x"], "expected 0 to 100"],
  ["a further argument", ["x", "--files", "b/a.ts"], "too many arguments"],
])("%s is a wrong call", (_, args, message) => {
  expect(() => read(...args)).toThrow(message);
});
