/** Charts as plain SVG text: no script, no font, no address; they print and need no network. */

/** For people who see colours differently (Okabe and Ito, 2008); grey for their black, which a dark page would swallow. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#767676", "#8a8a00"];
export const colour = (n: number): string => COLOURS[n % COLOURS.length]!;

export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (mark) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[mark]!);

export interface Bar {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}
export interface BarChart {
  readonly title: string;
  /** What the values are, with their unit. */
  readonly axis: string;
  readonly series: readonly string[];
  readonly groups: readonly { readonly name: string; readonly bars: readonly (Bar | undefined)[] }[];
  /** End of the axis; default: the largest value. */
  readonly max?: number;
}

const WIDTH = 760;
const LEFT = 190;
const RIGHT = 60;
const ROW = 15;
const FONT = 'font-family="system-ui,sans-serif" font-size="12"';
const text = (x: number, y: number, content: string, more = ""): string =>
  `<text x="${round(x)}" y="${round(y)}" ${more}>${escape(content)}</text>`;
const round = (n: number): number => Math.round(n * 10) / 10;
const short = (n: number): string => (Number.isInteger(n) ? String(n) : Math.abs(n) < 10 ? n.toFixed(2) : n.toFixed(0));

/** About five round steps from low to high. */
export function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough)!;
  const count = Math.floor((high - Math.ceil(low / step) * step) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, n) => Number(((Math.ceil(low / step) + n) * step).toPrecision(12)));
}

/** Lying bars in groups, with whiskers for their intervals. */
export function barChart({ title, axis, series, groups, max }: BarChart): string {
  const values = groups
    .flatMap(({ bars }) => bars.flatMap((bar) => (bar ? [bar.high ?? bar.value, bar.value] : [])))
    .filter(Number.isFinite);
  const end = max ?? (Math.max(...values, 0) || 1);
  const x = (value: number): number => LEFT + (Math.min(value, end) / end) * (WIDTH - LEFT - RIGHT);
  const { keys, top } = legendOf(series);
  const parts: string[] = [];
  let y = top;
  for (const { name, bars } of groups) {
    parts.push(text(LEFT - 8, y + (bars.length * ROW) / 2 + 4, name.slice(0, 28), 'text-anchor="end"'));
    for (const [n, bar] of bars.entries()) {
      if (bar && Number.isFinite(bar.value)) {
        const { value, low, high } = bar;
        const range = low !== undefined && high !== undefined && Number.isFinite(low) ? ` [${short(low)}, ${short(high)}]` : "";
        parts.push(
          `<rect x="${LEFT}" y="${y + 2}" width="${round(x(value) - LEFT)}" height="${ROW - 4}" fill="${colour(n)}"><title>${escape(`${series[n]!}, ${name}: ${short(value)}${range}`)}</title></rect>`,
        );
        if (range !== "") parts.push(whisker(x(low!), x(high!), y));
        parts.push(text(x(Math.max(value, range === "" ? 0 : high!)) + 4, y + ROW - 4, short(value), 'font-size="10"'));
      }
      y += ROW;
    }
    y += 8;
  }
  const grid = ticks(0, end).map(
    (tick) =>
      `<path d="M${round(x(tick))} ${top - 6}V${y}" stroke="#ddd" class="grid"/>${text(x(tick), y + 14, short(tick), 'text-anchor="middle"')}`,
  );
  return svg(y + 38, title, [...keys, ...grid, ...parts, text((LEFT + WIDTH - RIGHT) / 2, y + 32, axis, 'text-anchor="middle"')]);
}

/** With a rim in the colour of the page, so that it is seen on every bar. */
function whisker(from: number, to: number, y: number): string {
  const d = `M${round(from)} ${y + ROW / 2}H${round(to)}M${round(from)} ${y + 4}v${ROW - 8}M${round(to)} ${y + 4}v${ROW - 8}`;
  return `<path d="${d}" stroke="#fff" stroke-width="3" fill="none" class="rim"/><path d="${d}" stroke="#333" fill="none" class="whisker"/>`;
}

export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
    readonly dashed?: boolean;
  }[];
  readonly marks?: readonly { readonly x: number; readonly text: string }[];
}

export function lineChart({ title, x: xName, y: yName, series, marks = [] }: LineChart): string {
  const all = series.flatMap(({ points }) => points);
  const [xs, ys] = [all.map(([a]) => a), all.map(([, b]) => b)];
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const span = Math.max(...ys) - Math.min(...ys) || 1;
  const [y0, y1] = [Math.min(...ys) - span * 0.05, Math.max(...ys) + span * 0.05];
  const { keys, top } = legendOf(series.map(({ name }) => name));
  const [left, bottom] = [56, top + 256];
  const px = (value: number): number => left + ((value - x0) / (x1 - x0 || 1)) * (WIDTH - left - 20);
  const py = (value: number): number => bottom - ((value - y0) / (y1 - y0)) * (bottom - top);
  const grid = [
    ...ticks(y0, y1).map(
      (tick) =>
        `<path d="M${left} ${round(py(tick))}H${WIDTH - 20}" stroke="#ddd" class="grid"/>${text(left - 6, py(tick) + 4, short(tick), 'text-anchor="end"')}`,
    ),
    ...ticks(x0, x1).map((tick) => text(px(tick), bottom + 16, short(tick), 'text-anchor="middle"')),
  ];
  const lines = series.map(
    ({ points, dashed }, n) =>
      `<path d="${points.map(([a, b], i) => `${i === 0 ? "M" : "L"}${round(px(a))} ${round(py(b))}`).join("")}" fill="none" stroke="${colour(n)}" stroke-width="${n === 0 ? 2.8 : 1.6}"${dashed ? ' stroke-dasharray="4 3"' : ""}/>`,
  );
  const notes = marks.map(
    (mark) =>
      `<path d="M${round(px(mark.x))} ${top}V${bottom}" stroke="#999" stroke-dasharray="2 3"/>${text(px(mark.x) + 4, top + 10, mark.text, 'font-size="10" fill="#666"')}`,
  );
  const names = [
    text((left + WIDTH) / 2, bottom + 34, xName, 'text-anchor="middle"'),
    text(14, (top + bottom) / 2, yName, `text-anchor="middle" transform="rotate(-90 14 ${(top + bottom) / 2})"`),
  ];
  return svg(bottom + 42, title, [...keys, ...grid, ...notes, ...lines, ...names]);
}

/** Colours and names in as many rows as they need, and where the chart begins below them. */
function legendOf(series: readonly string[]): { readonly keys: readonly string[]; readonly top: number } {
  let [x, y] = [8, 26];
  const keys = series.map((name, n) => {
    const width = 30 + name.length * 7;
    if (x > 8 && x + width > WIDTH) [x, y] = [8, y + 16];
    const key = `<rect x="${x}" y="${y}" width="10" height="10" fill="${colour(n)}"/>${text(x + 14, y + 9, name)}`;
    x += width;
    return key;
  });
  return { keys, top: y + 18 };
}

function svg(height: number, title: string, parts: readonly string[]): string {
  const body = [text(8, 16, title, 'font-weight="600"'), ...parts].join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${round(height)}" width="${WIDTH}" role="img" aria-label="${escape(title)}" ${FONT}>\n<title>${escape(title)}</title>\n${body}\n</svg>`;
}
