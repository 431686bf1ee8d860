/**
 * `order-queue`: the thin edge over release/ and drills/. Exit codes: 0 as asked; 1 refused, failed, or a difference found;
 * 2 a wrong call.
 */
import { CommanderError } from "commander";
import { CorpusError } from "../drills/faults/read.ts";
import * as commands from "./commands.ts";
import { program } from "./program.ts";
import * as redrive from "./redrive.ts";

try {
  await program({ ...commands, ...redrive }).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof CorpusError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else {
    // The message alone: a stack trace of this program does not help a user.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
