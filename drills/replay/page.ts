/** A replay as one HTML page that needs nothing beside itself. Pure. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evidence, figures, kept, rows } from "./comparison.ts";
import { duration } from "./duration.ts";
import { incident } from "./incident.ts";
import type { Replay } from "./replay.ts";
import { axis, type Flag, flags, july28, measured, place } from "./timeline.ts";

const style = readFileSync(join(import.meta.dirname, "page.css"), "utf8");

export function page(replay: Replay): string {
  const all = rows(replay);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>July 28, replayed</title>
<style>
${style}</style>
<main>
<header>
<h1>July 28, replayed</h1>
<p>In two regions the containers stop, while every store goes on posting orders; then a container is rebuilt while a change
that breaks certificates is on its way. Measured on ${day(replay.at)} in the twin of AWS, on one machine, with the real program,
engine and containers.</p>
<p class="sum ${kept(replay) ? "held" : "missed"}">${headline(replay)}</p>
</header>
${chart(replay)}
<table>
<caption>What took how long</caption>
<thead><tr><th scope="col">What</th><th scope="col">July 28</th><th scope="col">Measured</th><th scope="col">Goal</th></tr></thead>
<tbody>
${all.map(row).join("\n")}
</tbody>
</table>
<section aria-labelledby="said">
<h2 id="said">Who said what</h2>
<dl>
${evidence(replay)
  .map(([what, lines]) => `<dt>${text(what)}</dt>${lines.map((line) => `<dd>${text(line)}</dd>`).join("")}`)
  .join("\n")}
</dl>
</section>
<footer>
<p>July 28 counts from 13:16, when somebody first knew. When the containers had stopped by then nobody can say, so that day's
times were longer in truth.</p>
</footer>
</main>
</html>
`;
}

function row({ what, july28, now, goal, held }: ReturnType<typeof rows>[number]): string {
  const verdict =
    goal === "" ? "" : `<span class="verdict ${held ? "held" : "missed"}">${held ? "✓ held" : "✗ missed"}</span>`;
  return `<tr><th scope="row">${text(what)}</th><td>${text(july28)}</td><td class="now">${text(now)}</td><td>${text(goal)} ${verdict}</td></tr>`;
}

function headline(replay: Replay): string {
  const { recoveredSeconds } = figures(replay);
  const promised = rows(replay).filter(({ goal }) => goal !== "");
  const held = promised.filter((row) => row.held).length;
  const now = recoveredSeconds === null ? "Not over" : `Over after ${duration(recoveredSeconds)}`;
  return `${now}; on July 28 after ${duration(incident.revertedEuSeconds)}. ${held} of ${promised.length} goals held.`;
}

function day(at: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(
    new Date(at),
  );
}

/** In pixels of the drawing. */
const size = { width: 1080, margin: 24, row: 24, pole: 20, letter: 7.1, axis: 44 };

/** July 28 above the axis, the replay below it, each moment with a flag. The table says the same in words. */
function chart(replay: Replay): string {
  const inner = size.width - 2 * size.margin;
  const [then, now] = [july28, measured(replay)].map((moments) => flags(moments, inner, size.letter)) as [
    Flag[],
    Flag[],
  ];
  const height = (lane: Flag[]) => size.pole + (Math.max(...lane.map(({ row }) => row)) + 1) * size.row;
  const titles = size.row;
  const above = titles + height(then);
  const below = above + size.axis;
  const total = below + height(now) + titles;
  const x = (seconds: number) => round(size.margin + place(seconds) * inner);
  return `<figure>
<svg viewBox="0 0 ${size.width} ${total}" role="img" aria-labelledby="chart-title" aria-describedby="chart-text">
<title id="chart-title">Timeline of July 28 above, of the replay below</title>
<desc id="chart-text">${text([...july28, ...now.map(({ moment }) => moment)].map(({ label }) => label).join("; "))}.</desc>
<g class="axis">
<rect x="${size.margin}" y="${above}" width="${inner}" height="${size.axis}" />
${axis.ticks.map(([tick, label]) => `<line x1="${x(tick)}" x2="${x(tick)}" y1="${above}" y2="${below}" /><text x="${x(tick) + 5}" y="${above + size.axis / 2 + 4}">${label}</text>`).join("\n")}
</g>
<text class="lane then" x="${size.margin}" y="16">July 28</text>
<g class="then">
${then.map((flag) => flagpole(flag, above, -1)).join("\n")}
</g>
<g class="now">
${now.map((flag) => flagpole(flag, below, 1)).join("\n")}
</g>
<text class="lane now" x="${size.margin}" y="${total - 8}">Measured</text>
</svg>
<figcaption>Time since the stop, to scale on a logarithmic axis: each step to the right is ten times, or six, as long.</figcaption>
</figure>`;
}

/** @param up -1 where the flag stands above the axis, 1 where it hangs below */
function flagpole({ moment, x, row, from }: Flag, ground: number, up: 1 | -1): string {
  const at = round(size.margin + x);
  const top = ground + up * (size.pole + row * size.row);
  const left = from !== x;
  const { untilSeconds } = moment;
  const inner = size.width - 2 * size.margin;
  const end = untilSeconds === undefined ? at : round(size.margin + place(untilSeconds) * inner);
  const span =
    untilSeconds === undefined
      ? ""
      : `<rect class="span" x="${at}" y="${up < 0 ? ground - 6 : ground}" width="${Math.max(round(end - at), 2)}" height="6" />`;
  return `<line x1="${at}" x2="${at}" y1="${ground}" y2="${top}" />${span}<circle cx="${at}" cy="${ground}" r="4" /><text x="${left ? at - 7 : at + 7}" y="${top + 4}"${left ? ' text-anchor="end"' : ""}>${text(moment.label)}</text>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function text(words: string): string {
  return words.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
}
