/** A replay as one HTML page that needs nothing beside itself. Pure. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { breakable, htmlPage, text } from "../../html/html.ts";
import { chart, chartStyle } from "./chart.ts";
import { evidence, figures, kept, rows } from "./comparison.ts";
import { duration } from "./duration.ts";
import { incident } from "./incident.ts";
import type { Replay } from "./replay.ts";

const pageStyle = readFileSync(join(import.meta.dirname, "page.css"), "utf8");

/** The whole HTML text. */
export function page(replay: Replay): string {
  const all = rows(replay);
  const main = `<header>
<h1>July 28, replayed</h1>
<p class="soft">In two regions the containers stop, while every store continues to post orders; then a container is rebuilt while a
change that breaks certificates is on its way. Measured on ${day(replay.at)} in the twin of AWS, on one machine, with the real
program, engine and containers.</p>
<p class="sum ${kept(replay) ? "good" : "bad"}">${headline(replay)}</p>
</header>
<figure class="scroll" tabindex="0" role="region" aria-label="Timeline">
${chart(replay)}
</figure>
<p class="soft">Time since the stop, to scale on a logarithmic axis: each step to the right is ten times, or six, as long.</p>
<table>
<caption class="title">What took how long</caption>
<thead><tr><th scope="col">What</th><th scope="col">July 28</th><th scope="col">Measured</th><th scope="col">Goal</th></tr></thead>
<tbody>
${all.map(row).join("\n")}
</tbody>
</table>
<section aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
<dl>
${evidence(replay)
  .map(
    ([what, lines]) =>
      `<dt>${text(what)}</dt>${lines.map((line) => `<dd><code>${breakable(line)}</code></dd>`).join("")}`,
  )
  .join("\n")}
</dl>
</section>
<footer>
<p>July 28 counts from 13:16, when the outage was first noticed. The containers had stopped at an unknown time before, so
that day's times were longer in truth.</p>
</footer>`;
  return htmlPage({ title: "July 28, replayed", style: `${chartStyle}\n${pageStyle}`, main });
}

function row({ what, july28, now, goal, held }: ReturnType<typeof rows>[number]): string {
  const verdict =
    goal === "" ? "" : `<span class="verdict ${held ? "good" : "bad"}">${held ? "✓ met" : "✗ missed"}</span>`;
  return `<tr><th scope="row">${text(what)}</th><td>${text(july28)}</td><td class="now">${text(now)}</td><td>${text(goal)} ${verdict}</td></tr>`;
}

function headline(replay: Replay): string {
  const { recoveredSeconds } = figures(replay);
  const promised = rows(replay).filter(({ goal }) => goal !== "");
  const held = promised.filter((row) => row.held).length;
  const now = recoveredSeconds === null ? "Not over" : `Over after ${duration(recoveredSeconds)}`;
  return `${now}; on July 28 after ${duration(incident.revertedEuSeconds)}. ${held} of ${promised.length} goals met.`;
}

function day(at: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(
    new Date(at),
  );
}
