#!/usr/bin/env node
// `npx order-queue …` on whatever Node the machine has: the set-up sees to Node 24 and runs cli/main.ts with it.
process.argv.splice(2, 0, "cli/main.ts");
await import("./run.mjs");
