import type { TimeWindow } from "../domain/recall.js";
import { DAY } from "../domain/time.js";

const STEPS_DAYS = [7, 45] as const;

export interface Widening {
  /** Absent: all of time. */
  readonly span?: TimeWindow;
  readonly note?: string;
}

/** A stated window, then wider ones to try when nothing lies inside, with what to tell the model. */
export function widenings(window: TimeWindow): Widening[] {
  const { from, to } = window;
  return [
    { span: window },
    ...STEPS_DAYS.map((days) => ({
      span: { ...(from !== undefined && { from: from - days * DAY }), ...(to !== undefined && { to: to + days * DAY }) },
      note: `nothing was remembered inside the window; it was widened by ${days} days`,
    })),
    { note: "nothing was remembered in or near the window; all of time was searched" },
  ];
}
