/** Run by Node itself: deploys the three stacks of this project into a folder, once, and prints where they are. */
import { resolve } from "node:path";
import { findBase } from "../../drills/base.ts";

const [state = ""] = process.argv.slice(2);
const base = await findBase(resolve(import.meta.dirname, "../.."), state, (line) => console.error(line));
console.log(JSON.stringify(base));
