/** `node guard.ts DIRECTORY`: see leavings.ts. What remains when it is killed as well, the next twin on the folder removes. */
import Docker from "dockerode";
import { removeLeft } from "./leavings.ts";

const [, , directory = ""] = process.argv;
process.stdin.on("end", () => void removeLeft(new Docker(), directory)).resume();
