const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const minute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const month = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric" });
const number = new Intl.NumberFormat();

export const showDay = (at: number): string => day.format(at);
export const showTime = (at: number): string => minute.format(at);
export const showClock = (at: number): string => clock.format(at);
export const showMonth = (at: number): string => month.format(at);
export const showNumber = (n: number): string => number.format(n);

export function showBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]!}`;
}

/** `1 fact`, `2 facts`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${showNumber(n)} ${n === 1 ? one : many}`;

/** The zone of this browser, in which "last week" is meant. */
export const timezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `new-city` is stored; people read "New city". */
export const showKey = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1).replaceAll(/[-_]/g, " ");
