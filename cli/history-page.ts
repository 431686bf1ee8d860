/** The history of all stacks as one HTML page that needs nothing beside itself. Pure. */
import { htmlPage, text } from "../html/html.ts";
import type { History } from "../release/operate/history/read.ts";
import type { HistoryEvent } from "../release/operate/history/timeline.ts";
import { cellsOf, columns, metrics, whatOf } from "./history-report.ts";

/** In pixels: of the drawing, of a stack's lane, and left of the lanes. */
const [WIDTH, LANE, LEFT] = [960, 28, 120];

/** The whole HTML text. @param at when it was read, ISO 8601 */
export function historyPage({ events, delivery, older }: History, at: string): string {
  const main = `<header>
<h1>Releases of the order-queue stacks</h1>
<p class="soft">${events.length} updates, read ${time(at)}.${older > 0 ? ` ${older} older ones are not shown.` : ""} Times are UTC.</p>
</header>
<section aria-labelledby="delivery">
<h2 id="delivery">Delivery of production in ${delivery.days === 1 ? "a day" : `${delivery.days} days`}</h2>
<dl class="metrics">
${metrics(delivery)
  .map(
    ([name, value, definition]) =>
      `<div><dt>${text(name)}</dt><dd><b>${text(value)}</b> <span class="soft">${text(definition)}</span></dd></div>`,
  )
  .join("\n")}
</dl>
</section>
<section aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Drawing of the timeline">
${drawing(events)}
</div>
<p class="soft">A ring is a release, a dot an update of settings or a rehearsal, a triangle a rollback, a cross an update that failed.</p>
</section>
<div class="scroll" tabindex="0" role="region" aria-label="All updates">
<table>
<caption>All updates, the newest first</caption>
<thead><tr>${columns.map((column) => `<th scope="col">${text(column)}</th>`).join("")}</tr></thead>
<tbody>
${events.map(row).join("\n")}
</tbody>
</table>
</div>`;
  return htmlPage({ title: "Releases of the order-queue stacks", style: own, main });
}

function row(event: HistoryEvent): string {
  const [, stack = "", ...rest] = cellsOf(event);
  const cells = rest.map((cell) => `<td>${text(cell)}</td>`);
  // Columns: update, what, release, …
  cells[1] = `<td${event.result === "succeeded" ? "" : ' class="bad"'}>${text(whatOf(event))}</td>`;
  if (event.build !== undefined && /^https:/.test(event.build))
    cells[4] = `<td>${text(event.author ?? "–")} <a href="${text(event.build)}" aria-label="job of update ${event.version} of ${text(stack)}">job</a></td>`;
  return `<tr><td>${time(event.end)}</td><th scope="row">${text(stack)}</th>${cells.join("")}</tr>`;
}

const time = (iso: string) => `<time datetime="${text(iso)}">${text(iso.slice(0, 16).replace("T", " "))}</time>`;

/** A lane a stack, from the oldest update on the left to the newest. */
function drawing(events: readonly HistoryEvent[]): string {
  const stacks = [...new Set(events.map(({ stack }) => stack))].sort();
  const ends = events.map(({ end }) => Date.parse(end));
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  const x = (iso: string) => LEFT + ((Date.parse(iso) - first) / Math.max(last - first, 1)) * (WIDTH - LEFT - 20);
  const y = (stack: string) => (stacks.indexOf(stack) + 0.5) * LANE;
  const lanes = stacks.map(
    (stack) =>
      `<text x="0" y="${y(stack) + 5}">${text(stack)}</text><line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(stack)}" y2="${y(stack)}"/>`,
  );
  const marks = events.map(
    (event) => `<g transform="translate(${x(event.end).toFixed(1)} ${y(event.stack)})">${mark(event)}</g>`,
  );
  const day = (at: number) => (events.length > 0 ? new Date(at).toISOString().slice(0, 10) : "");
  const bottom = (stacks.length + 0.5) * LANE;
  const scale = `<text x="${LEFT}" y="${bottom}">${day(first)}</text><text x="${WIDTH - 20}" y="${bottom}" text-anchor="end">${day(last)}</text>`;
  const label = `Updates of ${stacks.length} stacks over time; the table below has each`;
  const box = `0 0 ${WIDTH} ${(stacks.length + 1) * LANE}`;
  return `<svg viewBox="${box}" width="${WIDTH}" role="img" aria-label="${label}">${[...lanes, ...marks, scale].join("")}</svg>`;
}

function mark({ what, result }: HistoryEvent): string {
  if (result !== "succeeded") return '<path class="mark failed" d="M-5-5L5 5M-5 5L5-5"/>';
  if (what === "rollback") return '<path class="mark back" d="M5-6L-6 0L5 6Z"/>';
  return what === "release" ? '<circle class="mark ring" r="6"/>' : '<circle class="mark dot" r="3"/>';
}

const own = `body { max-width: 1400px; }
section, section ~ div { margin-top: 28px; }
/* A stack's name, and how long it took. */
tbody th, td:nth-child(8) { white-space: nowrap; }
svg { display: block; margin-top: 8px; }
svg text { fill: var(--ink); font-size: 14px; }
svg line { stroke: var(--line); }
.mark { fill: var(--ink); stroke: var(--ink); stroke-width: 2; }
.mark.ring { fill: var(--paper); stroke: var(--good); stroke-width: 3; }
.mark.back, .mark.failed { fill: var(--bad); stroke: var(--bad); stroke-width: 3; }
.metrics { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 16px; }
.metrics dd { margin: 0; }
.metrics b { display: block; font-size: 1.25rem; }
`;
