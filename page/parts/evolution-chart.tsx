import type { Chart, ChartEvent } from "chart.js";
import { showClock, showDay, showTime } from "../format.js";
import { TRAIT_MEANING, TRAITS, type Point } from "../views/traits.js";
import { useChart } from "./chart.js";

const DAY = 86_400_000;

interface Props {
  readonly points: readonly Point[];
  readonly chosen: string | undefined;
  readonly onChoose: (message: string) => void;
}

/** The traits over time, a line each; a point leads to its evidence, which is listed beneath for everybody. */
export function EvolutionChart({ points, chosen, onChoose }: Props) {
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const label = span < 2 * DAY ? showClock : showDay;
  const canvas = useChart(
    (colour) => ({
      type: "line",
      data: {
        datasets: TRAITS.map((trait) => {
          const { name, colour: variable, dash } = TRAIT_MEANING[trait];
          const lit = points.map(({ message, seen }) => (message === chosen ? 7 : seen[trait] === 3 ? 0 : points.length > 120 ? 1.5 : 3));
          return {
            label: name,
            data: points.map(({ at, scores }) => ({ x: at, y: scores[trait] })),
            borderColor: colour(variable),
            backgroundColor: colour(variable),
            borderDash: dash,
            borderWidth: 2,
            pointRadius: lit,
            pointHoverRadius: 6,
            stepped: true,
            clip: 8,
          };
        }),
      },
      options: {
        interaction: { mode: "nearest", intersect: false },
        onClick: (_event: ChartEvent, _elements: unknown, chart: Chart) => {
          const [nearest] = chart.getElementsAtEventForMode(_event.native!, "nearest", { intersect: false }, true);
          const point = nearest && points[nearest.index];
          if (point) onChoose(point.message);
        },
        plugins: {
          tooltip: {
            callbacks: {
              title: (items) => showTime(items[0]!.parsed.x!),
              label: ({ dataset, parsed, dataIndex }) =>
                `${dataset.label ?? ""} ${parsed.y!.toFixed(2)}: “${points[dataIndex]!.text.slice(0, 60)}”`,
            },
          },
        },
        scales: {
          x: {
            type: "linear",
            min: points[0]!.at,
            max: Math.max(points.at(-1)!.at, points[0]!.at + 1),
            ticks: { maxTicksLimit: 5, maxRotation: 0, color: colour("--muted"), callback: (value) => label(Number(value)) },
            grid: { color: colour("--line") },
          },
          y: { min: 1, max: 5, ticks: { stepSize: 1, color: colour("--muted") }, grid: { color: colour("--line") } },
        },
      },
    }),
    [points, chosen],
  );
  return (
    <>
      <ul class="legend row small" aria-hidden="true">
        {TRAITS.map((trait) => (
          <li key={trait} class={`trait ${trait}`}>
            <svg viewBox="0 0 24 4" class="stroke" focusable="false">
              <line x1="0" y1="2" x2="24" y2="2" stroke-dasharray={TRAIT_MEANING[trait].dash.join(" ")} />
            </svg>
            {TRAIT_MEANING[trait].name}
          </li>
        ))}
      </ul>
      <div class="chart-box">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`The five traits over ${points.length} messages; the evidence that follows says the same in words.`}
        />
      </div>
    </>
  );
}
