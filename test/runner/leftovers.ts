/** What a run of the tests leaves behind, by name. */
import { readdirSync, readFileSync } from "node:fs";

/** Caches of Node itself, and of ts-node, which Pulumi loads before a policy pack. */
const CACHES = /^(node-compile-cache$|ts-node-)/;

/** Entries of the folder that the run had for temporary files. */
export function leftFiles(folder: string): string[] {
  return entries(folder)
    .filter((name) => !CACHES.test(name))
    .map((name) => `${folder}/${name}`);
}

/**
 * Processes that have the folder of the run in their environment, which every process of the tests inherits. Linux alone
 * says so, in /proc.
 */
export function leftProcesses(folder: string, proc = "/proc"): string[] {
  return entries(proc)
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`${proc}/${pid}/environ`).includes(`ORDER_QUEUE_TEST_RUN=${folder}/`))
    .map((pid) => `process ${pid}: ${read(`${proc}/${pid}/cmdline`).replaceAll("\0", " ").trim()}`);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for a process that has stopped, or that is another user's. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
