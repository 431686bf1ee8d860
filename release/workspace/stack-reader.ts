/** What a backend keeps of a stack, for commands that only read it. */
import { hostname } from "node:os";
import { alive } from "../../twin/client.ts";
import type { BackendFiles } from "./backend-files.ts";
import { type LockFile, ownerOf } from "./lock-files.ts";

export interface StackReader {
  /** The stack's state, as `pulumi stack export` prints it under `deployment`; empty before the first update. */
  deployment(stack: string): Promise<unknown>;
  /** Every update, the newest first; each is read when it is asked for. */
  updates(stack: string): Promise<UpdateFile[]>;
  locks(stack: string): Promise<HeldLock[]>;
  /** Tags by name, as `pulumi stack tag ls` prints them. */
  tags(stack: string): Promise<Readonly<Record<string, string>>>;
}

export interface UpdateFile {
  /** Number in `pulumi stack history`, from 1. */
  readonly version: number;
  /** When it was recorded, milliseconds since 1970: not before its end. */
  readonly at: number;
  /** As an entry of `pulumi stack history --json`, without its version. */
  read(): Promise<unknown>;
}

/** A lock on a stack. */
export interface HeldLock {
  /** In words. */
  owner: string;
  /** RFC 3339; undefined where the backend does not tell. */
  since?: string;
  /** Its process was one of this machine and no longer runs. */
  abandoned: boolean;
}

const PROJECT = "order-queue";

/** Reads the files that the engine keeps (pulumi pkg/backend/diy: store.go, state.go, lock.go, stack_tags.go). */
export function fileReader(files: BackendFiles): StackReader {
  const read = async <T>(path: string): Promise<T | undefined> => {
    const text = await files.read(path);
    return text === undefined ? undefined : JSON.parse(text);
  };
  const stacks = `.pulumi/stacks/${PROJECT}`;
  return {
    async deployment(stack) {
      const names = [`${stack}.json`, `${stack}.json.gz`, `${stack}.json.zst`];
      for (const name of names) {
        const saved = await read<{ checkpoint: { latest?: unknown } }>(`${stacks}/${name}`);
        if (saved) return saved.checkpoint.latest ?? {};
      }
      return {};
    },
    async updates(stack) {
      const folder = `.pulumi/history/${PROJECT}/${stack}`;
      const names = (await files.list(folder)).filter((name) => /\.history\.json(\.gz|\.zst)?$/.test(name));
      return names
        .map((name, index): UpdateFile => {
          // The file's name ends with nanoseconds since 1970 (state.go, addToHistory).
          const at = Number(/-(\d+)\d{6}\.history\.json/.exec(name)?.[1] ?? 0);
          return { version: index + 1, at, read: async () => entryOf(await read(`${folder}/${name}`)) };
        })
        .reverse();
    },
    async locks(stack) {
      const folder = `.pulumi/locks/organization/${PROJECT}/${stack}`;
      const found = await Promise.all((await files.list(folder)).map((name) => read<LockFile>(`${folder}/${name}`)));
      // One that was released in the meantime is none.
      return found.flatMap((lock) => (lock ? [heldLock(lock)] : []));
    },
    tags: async (stack) => (await read<{ tags: Record<string, string> }>(`${stacks}/${stack}.pulumi-tags`))?.tags ?? {},
  };
}

function heldLock(lock: LockFile): HeldLock {
  const abandoned = lock.hostname === hostname() && !alive(lock.pid);
  return { owner: ownerOf(lock), since: lock.timestamp, abandoned };
}

/** The file has seconds since 1970 where `pulumi stack history --json` has text (cmd/pulumi/stack/stack_history.go). */
function entryOf(saved: { startTime: number; endTime: number } | undefined): unknown {
  const iso = (seconds = 0) => new Date(seconds * 1000).toISOString();
  return { ...saved, startTime: iso(saved?.startTime), endTime: iso(saved?.endTime) };
}
