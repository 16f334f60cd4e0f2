import { readFile } from "node:fs/promises";
import { z } from "zod";

/** US dollars for a million tokens, by model name. We ship none: prices change. */
const PricesSchema = z.record(z.string(), z.object({ input: z.number().min(0), output: z.number().min(0) }));
export type Prices = z.infer<typeof PricesSchema>;

/** @throws Error that names what is wrong */
export async function readPrices(file: string): Promise<Prices> {
  const read = PricesSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!read.success)
    throw new Error(`${file} is no price list, {"openai:gpt-5-mini": {"input": 0.25, "output": 2}}: ${z.prettifyError(read.error)}`);
  return read.data;
}

/** Models that cost nothing: rules and scripts. */
export const isFree = (model: string): boolean => model === "keyless" || model.startsWith("scripted:") || model.startsWith("recorded:");

/** NaN for a model without a price. */
export function costOf(prices: Prices, { model, input, output }: { model: string; input: number; output: number }): number {
  if (isFree(model)) return 0;
  const price = prices[model];
  return price ? (input * price.input + output * price.output) / 1_000_000 : Number.NaN;
}
