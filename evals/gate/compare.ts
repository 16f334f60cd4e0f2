/** A place where two measurements differ. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly now: unknown;
  /** Recall that has risen is no failure, but the baseline should know of it. */
  readonly better: boolean;
}

/** Where `now` differs from `before`, value by value. */
export function differences(before: unknown, now: unknown, path = ""): Difference[] {
  if (isBranch(before) && isBranch(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(before[key], now[key], path === "" ? key : `${path} › ${key}`));
  }
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  return [{ path, before, now, better: isBetter(path, before, now) }];
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Shares of evidence may only rise; the place of the first of it may only fall. */
function isBetter(path: string, before: unknown, now: unknown): boolean {
  if (!path.startsWith("retrieval") || typeof before !== "number" || typeof now !== "number") return false;
  return path.includes("› first ›") ? now > 0 && (before === 0 || now < before) : now > before;
}

const shown = (value: unknown): string => (value === undefined ? "(nothing)" : typeof value === "string" ? value : JSON.stringify(value));

/** One difference in lines that a person can read: what was, and what is. */
export const explain = ({ path, before, now, better }: Difference): string =>
  `${better ? "better: " : ""}${path}\n  - ${shown(before)}\n  + ${shown(now)}`;
