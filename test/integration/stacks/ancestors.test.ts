import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const source = resolve(import.meta.dirname, "../../../stacks/ancestors.ts");
const script = `import("${source}").then(({ ancestors }) => console.log(JSON.stringify(ancestors())))`;

it("the processes above this one are read, the nearest first, with their arguments as they were given", () => {
  const shell = ["-c", '"$0" -e "$1"; true', process.execPath, script, "up", "--target=a b", ""];
  const commands: string[][] = JSON.parse(execFileSync("sh", shell, { encoding: "utf8" }));
  expect(commands[0]).toEqual(["sh", ...shell]);
  expect(commands.length).toBeGreaterThan(1);
});
