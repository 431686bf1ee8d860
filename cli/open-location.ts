import { join } from "node:path";
import { requireAccount } from "../release/workspace/identity.ts";
import { copyStackFiles, findLocation } from "../release/workspace/location.ts";
import { stackFiles, type WorkspaceLocation } from "../release/workspace/stack.ts";

/** Where a command works; its AWS account is that of the stack files. @throws {NoBackend} {WrongAccount} */
export async function openLocation(state: string): Promise<WorkspaceLocation> {
  const location = await findLocation(state);
  await requireAccount(location);
  return location;
}

/** As {@link openLocation}, for a command that only reads: the engine gets copies of the stack files. */
export async function openToRead(state: string): Promise<WorkspaceLocation> {
  return toRead(state, await openLocation(state));
}

/** A location whose engine gets copies of the stack files. */
export function toRead(state: string, location: WorkspaceLocation): WorkspaceLocation {
  return { ...location, stackFiles: copyStackFiles(stackFiles(location), join(state, "read-only")) };
}
