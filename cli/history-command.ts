import { writeFileSync } from "node:fs";
import { commitsOf } from "../release/operate/commits.ts";
import { readHistory } from "../release/operate/history/read.ts";
import { findBackend } from "../release/workspace/location.ts";
import { findStack, stacks } from "../stacks/registry.ts";
import { historyPage } from "./history-page.ts";
import { historyReport } from "./history-report.ts";
import { finish, type Output, say } from "./output.ts";
import { readerOf } from "./status-command.ts";

/** `order-queue history [STACK]`, all stacks where none is named. */
export async function historyCommand(
  state: string,
  stack: string | undefined,
  { json, page }: Output & { page?: string },
): Promise<void> {
  const location = await findBackend(state);
  const chosen = stack === undefined ? stacks : [findStack(stack)];
  const history = await readHistory(await readerOf(location), chosen, (commits) => commitsOf(location.root, commits));
  say(historyReport(history));
  if (page) writeFileSync(page, historyPage(history, new Date().toISOString()));
  finish(true, history, json);
}
