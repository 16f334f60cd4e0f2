import {
  Chart,
  Filler,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  RadarController,
  RadialLinearScale,
  Tooltip,
  type ChartConfiguration,
} from "chart.js";
import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";

Chart.register(Filler, LineController, LineElement, LinearScale, PointElement, RadarController, RadialLinearScale, Tooltip);

/** A colour of the style sheet, as it is at the moment. */
export type Colour = (name: string) => string;

/** Draws when the data changes and when light turns dark; Chart.js keeps the size itself. */
export function useChart(
  configure: (colour: Colour) => ChartConfiguration,
  inputs: readonly unknown[],
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let chart: Chart | undefined;
    const draw = (): void => {
      chart?.destroy();
      const style = getComputedStyle(document.documentElement);
      const colour: Colour = (name) => resolved(style.getPropertyValue(name));
      const configuration = configure(colour);
      chart = new Chart(canvas.current!, {
        ...configuration,
        options: { ...configuration.options, animation: false, responsive: true, maintainAspectRatio: false },
      });
    };
    draw();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    addEventListener("themechange", draw);
    return () => {
      dark.removeEventListener("change", draw);
      removeEventListener("themechange", draw);
      chart?.destroy();
    };
  }, inputs);
  return canvas;
}

/** `light-dark(…)` is text until an element uses it. */
function resolved(value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** A colour that lets through what lies behind it. */
export const faint = (colour: string, share: number): string => `color-mix(in srgb, ${colour} ${Math.round(share * 100)}%, transparent)`;
