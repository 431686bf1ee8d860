import { requireAccount } from "../release/workspace/identity.ts";
import { findLocation } from "../release/workspace/location.ts";
import type { WorkspaceLocation } from "../release/workspace/stack.ts";

/** Where a command works; its AWS account is that of the stack files. @throws {NoBackend} {WrongAccount} */
export async function openLocation(state: string): Promise<WorkspaceLocation> {
  const location = await findLocation(state);
  await requireAccount(location);
  return location;
}
