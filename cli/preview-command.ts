import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gate } from "../release/checks/gate.ts";
import { blocking } from "../release/checks/list.ts";
import { partialUpdate } from "../release/checks/partial-update.ts";
import type { Preview } from "../release/checks/preview.ts";
import { requireAccount } from "../release/workspace/identity.ts";
import { keep, previewKeyOf, readKept } from "../release/workspace/kept-preview.ts";
import { findBackend } from "../release/workspace/location.ts";
import { artifactPage, markdown } from "./markdown.ts";
import { finish, type Output, say } from "./output.ts";
import { previewReport } from "./report.ts";
import { type Timings, withTimings } from "./timings.ts";

interface Options extends Output, Timings {
  markdown?: string;
  fresh?: boolean;
}

/** Checks whose findings last as long as files and states do; others may end by a change on AWS. */
const lasting: readonly string[] = [gate.name, partialUpdate.name];

/**
 * `order-queue preview`; exit code 1 on findings, but for those of the gate. `state` is the folder of the local state. Where
 * nothing has changed since a preview without findings of other checks than those, that one is shown again.
 */
export async function previewCommand(state: string, { json, markdown: page, timings, fresh }: Options) {
  await withTimings("preview", timings, async () => {
    const location = await findBackend(state);
    const file = join(state, "last-preview.json");
    await requireAccount(location);
    const key = await previewKeyOf(location);
    const kept = key === undefined || fresh || timings ? undefined : readKept<Preview>(file, key, Date.now());
    const preview = kept?.preview ?? (await planned(state));
    const plannedAt = kept?.at ?? new Date().toISOString();
    const lasts = preview.findings.every(({ check }) => lasting.includes(check));
    // Files that were changed meanwhile may or may not have been planned.
    if (!kept && key && lasts && (await previewKeyOf(location)) === key) keep(file, { key, at: plannedAt, preview });
    say(previewReport(preview));
    if (kept) say(`Planned ${kept.at}: files and stacks have not changed since. --fresh plans again.`);
    if (page) writeFileSync(page, markdown(preview, artifactPage(process.env)));
    finish(blocking(preview.findings).length === 0, { ...preview, plannedAt }, json);
  });
}

/** The engine's SDK and the program are loaded only here. */
async function planned(state: string): Promise<Preview> {
  const { planNow } = await import("./commands.ts");
  return planNow(state);
}
