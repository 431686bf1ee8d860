/** Every benchmark, in the order in which they run and in which the pages show them. */
import type { Benchmark } from "./benchmark.ts";
import { faults } from "./faults.ts";
import { front } from "./front.ts";
import { preview } from "./preview.ts";
import { regions } from "./regions.ts";
import { dispatch } from "./service/dispatch.ts";
import { service } from "./service/service.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stores } from "./stores.ts";

export const benchmarks: readonly Benchmark[] = [
  preview,
  regions,
  status,
  start,
  stores,
  service,
  dispatch,
  front,
  faults,
];
