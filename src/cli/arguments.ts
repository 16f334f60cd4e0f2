import { InvalidArgumentError } from "commander";

/** Readers of option values; what does not fit is a usage error that names the option. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`"${text}" is no whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? " on" : ` to ${max}`}.`);
    return value;
  };
}

export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError(`"${text}" is no amount.`);
  return value;
}

/** A, B and C of "A,B,C" that are among the known. */
export function listOf<T extends string>(known: readonly T[]): (text: string) => T[] {
  return (text) =>
    text.split(",").map((name) => {
      const found = known.find((one) => one === name.trim());
      if (!found) throw new InvalidArgumentError(`"${name.trim()}" is none of ${known.join(", ")}.`);
      return found;
    });
}

export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];
