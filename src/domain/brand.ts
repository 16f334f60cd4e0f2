/** A mark that both formats of the package share: `instanceof` compares classes, and ESM and CommonJS each have their own. */
export const brandOf = (name: string): symbol => Symbol.for(`personagraph.${name}`);

export const isBranded = (value: unknown, brand: symbol): boolean => typeof value === "object" && value !== null && brand in value;
