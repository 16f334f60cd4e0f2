import { blue, cyan, green, plot, red, yellow } from "asciichart";
import type { Trait, TraitScores } from "../index.js";

export interface Point {
  readonly at: number;
  readonly scores: TraitScores;
}

const NAMES: readonly Trait[] = ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"];
const COLOURS = [cyan, green, yellow, blue, red];
const SCALE = { min: 1, max: 5, format: (score: number) => score.toFixed(1).padStart(5) };

/**
 * Traits over time, from 1 to 5. With colours all five share one chart; without, where lines could not be told apart, each has its own.
 */
export function traitPlot(
  points: readonly Point[],
  { width, colours, day }: { width: number; colours: boolean; day: (at: number) => string },
): string {
  const columns = Math.max(10, width - 10);
  const series = NAMES.map((trait) => overTime(points, trait, columns));
  const [from, to] = [day(points[0]!.at), day(points.at(-1)!.at)];
  const axis = `${" ".repeat(7)}${from}${" ".repeat(Math.max(1, columns - from.length - to.length))}${to}`;
  if (colours) {
    const legend = NAMES.map((trait, i) => `${COLOURS[i]}■\u001b[0m ${trait}`).join("  ");
    return [plot(series, { ...SCALE, height: 12, colors: COLOURS }), axis, "", `       ${legend}`].join("\n");
  }
  return NAMES.map((trait, i) => [trait, plot(series[i]!, { ...SCALE, height: 4 })].join("\n"))
    .concat(axis)
    .join("\n");
}

/** One value a column: the score that held then, columns being equal spans of time. */
function overTime(points: readonly Point[], trait: Trait, columns: number): number[] {
  const [from, to] = [points[0]!.at, points.at(-1)!.at];
  const span = Math.max(1, to - from);
  let i = 0;
  return Array.from({ length: columns }, (_, column) => {
    const until = from + (span * column) / (columns - 1);
    while (i + 1 < points.length && points[i + 1]!.at <= until) i++;
    return points[i]!.scores[trait];
  });
}
