/** The time that the service works by. In production it is the machine's own; a test advances one of its own. */
export interface Clock {
  /** Milliseconds since 1970, as the machine knew it when the process began. It never decreases. */
  now(): number;
  /** Calls `callback` once after so many milliseconds; what it returns cancels that. */
  after(ms: number, callback: () => void): () => void;
}

export const realClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or as soon as `signal` is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener("abort", end);
  });
}

/** Calls `callback` every so many milliseconds until what it returns is called. */
export function every(clock: Clock, ms: number, callback: () => void): () => void {
  let cancel = clock.after(ms, turn);
  function turn(): void {
    cancel = clock.after(ms, turn);
    callback();
  }
  return () => cancel();
}

/** Runs `work` with a signal that is aborted after so many milliseconds, as `AbortSignal.timeout` aborts its own. */
export async function within<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const expire = () => controller.abort(new DOMException(`not finished within ${ms} ms`, "TimeoutError"));
  const cancel = clock.after(ms, expire);
  try {
    return await work(controller.signal);
  } finally {
    cancel();
  }
}
