/**
 * `order-queue`: the thin edge over release/ and drills/. Exit codes: 0 as asked; 1 refused, failed, or a difference found;
 * 2 a wrong call.
 */
import { CommanderError } from "commander";
import { program } from "./program.ts";

// The SDK records a stack trace for every promise: whole ones take a sixth of a preview. Where an error was thrown stays.
Error.stackTraceLimit = 1;

/** What `npm ci --omit=dev` leaves out is missing only when a command needs it. */
async function loadLocal() {
  try {
    return await import("./local-commands.ts");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND") throw error;
    const missing = /package '([^']+)'/.exec(message)?.[1] ?? message;
    throw new Error(
      `This command starts a twin and needs the packages for development: ${missing} is missing. Fix: npm ci`,
    );
  }
}

try {
  await program({
    production: () => import("./commands.ts"),
    overview: () => import("./overview-commands.ts"),
    local: loadLocal,
  }).parseAsync();
} catch (error) {
  // The message alone: a stack trace of this program does not help a user. Commander has written its own.
  const written = error instanceof CommanderError;
  if (!written) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const { exitCode = 1 } = error as { exitCode?: number };
  process.exitCode = written && exitCode !== 0 ? 2 : exitCode;
}
