import type { Interval } from "../qa/statistics.js";
import { escape } from "./svg.js";

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export const markdownTable = ({ title, head, rows, note }: Table): string =>
  [
    `## ${title}`,
    "",
    `| ${head.map(cell).join(" | ")} |`,
    `| ${head.map((_, n) => (n === 0 ? "---" : "---:")).join(" | ")} |`,
    ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`),
    ...(note ? ["", note] : []),
  ].join("\n");

export const htmlTable = ({ title, head, rows, note }: Table): string =>
  [
    `<h2>${escape(title)}</h2><table><thead><tr>${head.map((name) => `<th>${escape(name)}</th>`).join("")}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${row.map((text) => `<td>${escape(text)}</td>`).join("")}</tr>`),
    `</tbody></table>${note ? `<p>${escape(note)}</p>` : ""}`,
  ].join("\n");

/** A page that needs nothing else: no script, no font, no address. */
export const page = (title: string, parts: readonly string[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; --ink: #1a1a1a; --page: #fff; --line: #ddd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --page: #161616; --line: #3d3d3d; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 84rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--page); }
table { border-collapse: collapse; margin: 0.5rem 0 1rem; display: block; overflow-x: auto; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
svg { width: 760px; max-width: none; height: auto; display: block; margin: 1rem 0; }
.chart { overflow-x: auto; }
svg text { fill: var(--ink); }
.grid { stroke: var(--line); }
.rim { stroke: var(--page); }
.whisker { stroke: var(--ink); }
h2 { margin-top: 2rem; }
</style></head><body>
<h1>${escape(title)}</h1>
${parts.map((part) => (part.startsWith("<svg") ? `<div class="chart">${part}</div>` : part)).join("\n")}
</body></html>
`;

export const percent = (value: number): string => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : "–");
/** A mean without an interval is one of too few values; how many there are is said instead. */
export const interval = ({ mean, low, high, n }: Interval): string =>
  n === 0 || !Number.isFinite(mean)
    ? "–"
    : Number.isNaN(low)
      ? `${(100 * mean).toFixed(1)} % (n = ${n})`
      : `${(100 * mean).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
export const number = (value: number, digits = 0): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");
export const dollars = (value: number): string => (Number.isFinite(value) ? (value === 0 ? "$0" : `$${value.toPrecision(3)}`) : "no price");
export const duration = (ms: number, digits = 0): string =>
  !Number.isFinite(ms) ? "–" : ms < 1000 ? `${ms.toFixed(digits)} ms` : `${(ms / 1000).toFixed(1)} s`;
/** What a report is of. */
export const settingsText = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("; ");
