import { readFileSync } from "node:fs";
import { join } from "node:path";

export type * from "./control/documents.ts";

/** What a process needs to know to talk to a twin; `twin.json` in its folder. */
export interface Handshake {
  pid: number;
  /** URL of the control API: status, faults, inbox. */
  api: string;
  /** Environment of an operator's shell: credentials, endpoints, the twin's internet, its providers. */
  environment: Record<string, string>;
}

/** Where a twin on a folder leaves its handshake. */
export const handshakeFile = (directory: string): string => join(directory, "twin.json");

/** The twin that runs on a folder, if one does: it answers, and with its own process id, since ids are reused. */
export async function runningTwin(directory: string): Promise<Handshake | undefined> {
  try {
    const handshake: Handshake = JSON.parse(readFileSync(handshakeFile(directory), "utf8"));
    const answer = await fetch(`${handshake.api}/status`, { signal: AbortSignal.timeout(5_000) });
    const { twin } = (await answer.json()) as { twin: { pid: number } };
    return twin.pid === handshake.pid ? handshake : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process of that id runs, of any user: another user's may not be signalled (kill(2), EPERM). */
export function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
