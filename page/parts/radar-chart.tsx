import type { Personality } from "../views/traits.js";
import { TRAIT_MEANING, TRAITS } from "../views/traits.js";
import { faint, useChart } from "./chart.js";

/** Five traits from 1 to 5; the table beneath says the same in numbers. */
export function RadarChart({ scores }: { scores: Personality["scores"] }) {
  const narrow = matchMedia("(max-width: 44rem)").matches;
  const canvas = useChart(
    (colour) => ({
      type: "radar",
      data: {
        labels: TRAITS.map((trait) => (narrow ? [...TRAIT_MEANING[trait].syllables] : TRAIT_MEANING[trait].name)),
        datasets: [
          {
            data: TRAITS.map((trait) => scores[trait]),
            borderColor: colour("--accent"),
            backgroundColor: faint(colour("--accent"), 0.22),
            pointBackgroundColor: colour("--accent"),
            borderWidth: 2,
          },
        ],
      },
      options: {
        plugins: { tooltip: { enabled: true } },
        scales: {
          r: {
            min: 1,
            max: 5,
            ticks: { stepSize: 1, color: colour("--muted"), backdropColor: "transparent", showLabelBackdrop: false },
            grid: { color: colour("--line") },
            angleLines: { color: colour("--line") },
            pointLabels: { color: colour("--ink"), font: { size: 11.5 } },
          },
        },
      },
    }),
    [JSON.stringify(scores), narrow],
  );
  return (
    <div class="chart-box radar">
      <canvas ref={canvas} role="img" aria-label="The five traits as a radar; the table that follows holds the numbers." />
    </div>
  );
}
