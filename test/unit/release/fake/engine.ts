/** An in-memory engine with the contract of release/workspace/engine.ts, and a workspace on it. */
import type {
  AtCommit,
  OnEvent,
  OwnStack,
  PreviewRequest,
  RunnableStack,
  StackEngine,
  UpdateRequest,
  UpdateResult,
} from "../../../../release/workspace/engine.ts";
import type { Workspace } from "../../../../release/workspace/workspace.ts";
import type { Run } from "../../../../stacks/program.ts";
import type { FakeBackend } from "./backend.ts";
import { Life } from "./life.ts";
import { previewOf, refreshOf } from "./previews.ts";
import type { Version } from "./project.ts";
import { stacks } from "./stacks.ts";
import { type State, stackUrn } from "./steps.ts";
import { updateOf } from "./updates.ts";

/** One process that works on the backend. */
export class FakeProcess extends Life {
  readonly workspace: Workspace;

  constructor(backend: FakeBackend, root = "/project") {
    super();
    const { clock } = backend;
    this.workspace = {
      root,
      environment: {},
      stacks,
      engine: fakeEngine(backend, this),
      alarms: { raised: (stack, names) => this.turn(() => backend.raised(stack, names)) },
      quotas: { allowed: () => this.turn(() => backend.quota) },
      clock: { now: clock.now, sleep: (milliseconds) => this.turn(() => clock.sleep(milliseconds)) },
    };
  }
}

function fakeEngine(backend: FakeBackend, process: Life): StackEngine {
  const existing = (name: string) => {
    const stack = backend.stacks.get(name);
    if (!stack) throw new Error(`error: no stack named '${name}' found`);
    return stack;
  };
  return {
    open: (name) => process.turn(() => void backend.open(name)),
    openToRun: (name) =>
      process.turn(() => {
        backend.open(name);
        return ownStack(backend, process, name);
      }),
    outputs: (name) => process.turn(() => backend.outputs(name)),
    deployment: (name) =>
      process.turn(() => {
        const { state, outputs } = backend.open(name);
        const own = (one: State) => (one.urn === stackUrn(name) ? { ...one, outputs } : one);
        return state.length === 0 ? {} : structuredClone({ resources: state.map(own) });
      }),
    history: (name) => process.turn(() => JSON.stringify(existing(name).history)),
    lock: (name) => backend.stacks.get(name)?.lock?.seenAs() ?? "free",
    lockOwner: (name) =>
      backend.stacks.get(name)?.lock ? "operator@elsewhere (process 7) since noon" : "an unknown process",
    tag: (name, tag, value) =>
      process.turn(() => {
        const stack = existing(name);
        stack.tags = { ...stack.tags, [tag]: value };
      }),
    cancel: (name) =>
      process.turn(() => {
        existing(name).lock = undefined;
      }),
    atCommit: (at, _progress, work) => atCommit(backend, process, at, work),
  };
}

async function atCommit<T>(
  backend: FakeBackend,
  process: Life,
  { stack, commit, folder }: AtCommit,
  work: (stack: RunnableStack) => Promise<T>,
): Promise<T> {
  const version = backend.commits.get(commit);
  if (!version) throw new Error(`git worktree add: fatal: invalid reference: ${commit}`);
  const tree = `${folder}/${stack}-${commit.slice(0, 12)}`;
  backend.worktrees.add(tree);
  try {
    if (!backend.stacks.has(stack)) throw new Error(`error: no stack named '${stack}' found`);
    return await work(stackAt(backend, process, stack, version));
  } finally {
    backend.worktrees.delete(tree);
  }
}

/** `pulumi up -s STACK` of the working tree, with `--target` where a type is given. */
export async function rawUp(backend: FakeBackend, process: Life, name: string, target?: string): Promise<void> {
  backend.open(name);
  const subject = {
    backend,
    process,
    name,
    version: backend.tree,
    inline: false,
    raw: true,
    ...(target && { target }),
  };
  await process.turn(() => updateOf(subject, { onEvent: () => {} }, {}));
}

/** A stack with the program of a commit, which runs in a process of its own. */
function stackAt(backend: FakeBackend, process: Life, name: string, version: Version): RunnableStack {
  const subject = { backend, process, name, version, inline: false };
  return {
    name,
    preview: ({ onEvent }) => process.turn(() => previewOf(subject, { onEvent, policyPack: "policy" })),
    update: (request) => process.turn(() => updateOf(subject, request, {})),
  };
}

function ownStack(backend: FakeBackend, process: Life, name: string): OwnStack {
  const subject = () => ({ backend, process, name, version: backend.tree, inline: true });
  return {
    name,
    preview(request: PreviewRequest): Promise<void> {
      if (request.program) throw new Error("the in-memory engine runs its own program alone");
      return process.turn(() => previewOf(subject(), request));
    },
    update: ({ run = {}, ...request }: UpdateRequest & { run?: Run | undefined }): Promise<UpdateResult> =>
      process.turn(() => updateOf(subject(), request, run)),
    previewRefresh: ({ onEvent }: { onEvent: OnEvent }) => process.turn(() => refreshOf(subject(), onEvent)),
  };
}
