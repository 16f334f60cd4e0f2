/** What deriving takes. */
export interface Estimate {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; undefined when the price of the model is not known. */
  readonly cost: number | undefined;
}

export interface Work {
  /** Messages of the user: one call each. */
  readonly exchanges: number;
  /** Sessions to file: one call each. */
  readonly sessions: number;
  /** Of all messages concerned. */
  readonly characters: number;
}

/** US dollars a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/**
 * Tokens of a call beside the messages themselves: fixed words and schema, known facts, earlier messages for reference; and what comes
 * back. Measured by `npm run bench:turn` with 1,000 memories and the tokenizer o200k_base.
 */
const EXTRACT = { input: 1300, output: 130 };
const CONSOLIDATE = { input: 900, output: 350 };
/** Of o200k_base in English prose; other languages have fewer characters a token. */
const CHARACTERS_A_TOKEN = 4;
/** A message is read when its exchange is extracted, as context of the next ones (clipped), and when its session is filed. */
const READINGS = 2.5;

/** List prices of their makers, without discounts, as known in 2025: give your own with --price-in and --price-out. */
const PRICES: Readonly<Record<string, Price>> = {
  "openai:gpt-5": { input: 1.25, output: 10 },
  "openai:gpt-5-mini": { input: 0.25, output: 2 },
  "openai:gpt-5-nano": { input: 0.05, output: 0.4 },
  "openai:gpt-4.1": { input: 2, output: 8 },
  "openai:gpt-4.1-mini": { input: 0.4, output: 1.6 },
  "openai:gpt-4.1-nano": { input: 0.1, output: 0.4 },
  "openai:gpt-4o": { input: 2.5, output: 10 },
  "openai:gpt-4o-mini": { input: 0.15, output: 0.6 },
};
const FREE = /^(?:keyless|ollama:|lmstudio:|vllm:)/;

/** What the user says a million tokens cost. */
export interface GivenPrice {
  readonly priceIn?: number | undefined;
  readonly priceOut?: number | undefined;
}

/** US dollars a million tokens: what was given, else what is known; undefined when neither is. */
export function priceOf(model: string, { priceIn, priceOut }: GivenPrice = {}): Price | undefined {
  const known = FREE.test(model) ? { input: 0, output: 0 } : PRICES[model];
  if (priceIn === undefined && priceOut === undefined) return known;
  return { input: priceIn ?? known?.input ?? 0, output: priceOut ?? known?.output ?? 0 };
}

/** What so much work takes with a model, an estimate and no promise. */
export function estimate({ exchanges, sessions, characters }: Work, model: string, given: GivenPrice = {}): Estimate {
  const read = (characters / CHARACTERS_A_TOKEN) * READINGS;
  const inputTokens = Math.round(exchanges * EXTRACT.input + sessions * CONSOLIDATE.input + read);
  const outputTokens = exchanges * EXTRACT.output + sessions * CONSOLIDATE.output;
  const price = priceOf(model, given);
  return {
    calls: exchanges + sessions,
    inputTokens,
    outputTokens,
    cost: price && (inputTokens * price.input + outputTokens * price.output) / 1e6,
  };
}
