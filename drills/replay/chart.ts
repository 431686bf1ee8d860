/** A replay's timeline, drawn to scale. Pure. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { colours, text } from "../../html/html.ts";
import type { Replay } from "./replay.ts";
import { axis, type Flag, flags, july28, measured, place } from "./timeline.ts";

/** How the drawing looks, in the colours of every page. */
export const chartStyle = readFileSync(join(import.meta.dirname, "chart.css"), "utf8");

/** In pixels of the drawing. */
const size = { width: 1080, margin: 24, row: 24, pole: 20, letter: 7.1, axis: 44, padding: 12 };

/** July 28 above the axis, the replay below it, each moment with a flag: an SVG element, as it stands in a page. */
export function chart(replay: Replay): string {
  const { shapes, height } = draw(replay);
  return `<svg ${attributes(height)}>
${shapes}
</svg>`;
}

/** The same as a file of its own, which follows the reader's light or dark. */
export function picture(replay: Replay): string {
  const { shapes, height } = draw(replay);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" ${attributes(height)}>
<style>
${colours}
${chartStyle}</style>
<rect class="paper" y="${-size.padding}" width="100%" height="100%" />
${shapes}
</svg>
`;
}

function attributes(height: number): string {
  return `viewBox="0 ${-size.padding} ${size.width} ${height}" role="img" aria-labelledby="chart-title" aria-describedby="chart-text"`;
}

function draw(replay: Replay): { shapes: string; height: number } {
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
  const shapes = `<title id="chart-title">Timeline of July 28 above, of the replay below</title>
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
<text class="lane now" x="${size.margin}" y="${total - 8}">Measured</text>`;
  return { shapes, height: total + 2 * size.padding };
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
