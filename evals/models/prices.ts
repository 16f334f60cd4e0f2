import { z } from "zod";
import { checkedFile } from "./checked-file.js";

/** US dollars for a million tokens, by model name. We ship none: prices change. */
const PricesSchema = z.record(z.string(), z.object({ input: z.number().min(0), output: z.number().min(0) }));
export type Prices = z.infer<typeof PricesSchema>;

/** @throws Misuse that names what is wrong */
export const readPrices = async (file: string): Promise<Prices> =>
  (await checkedFile(file, PricesSchema, 'price list, {"openai:gpt-5-mini": {"input": 0.25, "output": 2}}')).value;

/** Models that cost nothing: rules and scripts. */
export const isFree = (model: string): boolean => model === "keyless" || model.startsWith("scripted:") || model.startsWith("recorded:");

/** NaN for a model without a price. */
export function costOf(prices: Prices, { model, input, output }: { model: string; input: number; output: number }): number {
  if (isFree(model)) return 0;
  const price = prices[model];
  return price ? (input * price.input + output * price.output) / 1_000_000 : Number.NaN;
}
