/**
 * The sizes that Fargate has. ECS refuses any other pair only when the task definition is registered, in the middle of
 * an update; the settings refuse it before.
 *
 * Source: Amazon ECS developer guide, "Task CPU and memory" (task-cpu-memory-error.html).
 */

interface MemoryRange {
  /** Smallest, largest and step, all in MiB. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** By CPU units: 1024 is one vCPU. */
const memoryByCpu: ReadonlyMap<number, MemoryRange | readonly number[]> = new Map<
  number,
  MemoryRange | readonly number[]
>([
  [256, [512, 1024, 2048]],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16384, step: 1024 }],
  [4096, { from: 8192, to: 30720, step: 1024 }],
  [8192, { from: 16384, to: 61440, step: 4096 }],
  [16384, { from: 32768, to: 122880, step: 8192 }],
]);

/** The CPU sizes of Fargate, in CPU units, smallest first. */
export const cpuSizes: readonly number[] = [...memoryByCpu.keys()];

/** Every memory size in MiB that Fargate has for so many CPU units; none for a CPU size that does not exist. */
export function memorySizes(cpu: number): readonly number[] {
  const sizes = memoryByCpu.get(cpu);
  if (sizes === undefined) return [];
  if ("from" in sizes) {
    const { from, to, step } = sizes;
    return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
  }
  return sizes;
}
