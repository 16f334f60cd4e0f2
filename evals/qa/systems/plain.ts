import { fence } from "../../../prompts/prompt.js";
import { countTokens } from "../../models/tokens.js";
import type { Turn } from "../../suite.js";
import { plainPrompt, rowOf } from "../ask.js";
import { NO_CALLS, perQuestion, type Answered, type Load, type OpenFinder, type System } from "../system.js";

/** A system that is one prompt over what a finder found. */
export const plainSystem = (name: string, finder: OpenFinder, memory: (load: Load) => number): System => ({
  name,
  async open(_, tools) {
    const found = await finder(tools);
    return {
      async remember(turns) {
        await found.remember(turns);
        return [];
      },
      async answer(asked): Promise<Answered> {
        const { turns, notes } = await found.find(asked);
        const { text } = await tools.model.invoke(plainPrompt(asked, turns));
        return { text, shown: turns?.map(({ id }) => id) ?? [], ...(notes && { notes }) };
      },
      close: async () => found.close?.(),
    };
  },
  estimate: (load) => ({ model: perQuestion(load, memory(load)), memoryModel: NO_CALLS }),
});

/** One prompt over the first `limit` turns of an order that is worth measuring by itself. */
export const rankingSystem = (name: string, finder: OpenFinder): System => ({ ...plainSystem(name, finder, ofLimit), finder });

/** Tokens of `limit` turns of middling length. */
const ofLimit = ({ tokens, turns, limit }: Load): number => Math.ceil((tokens / Math.max(1, turns)) * limit);

/** The question alone. */
export const noMemory = plainSystem(
  "no-memory",
  () => ({ remember: async () => {}, find: async () => ({ turns: undefined }) }),
  () => 0,
);

/** The line of a turn as the prompt holds it: escapes make code much longer than it is. */
const lineOf = (turn: Turn): string => `${fence("row", [rowOf(turn)]).split("\n")[1]!}\n`;

/** Everything that was said, as far as it fits: the oldest turns go first. */
export const fullContext = plainSystem(
  "full-context",
  ({ contextTokens }) => {
    const turns: { turn: Turn; tokens: number }[] = [];
    return {
      remember: async (more) => void turns.push(...more.map((turn) => ({ turn, tokens: countTokens(lineOf(turn)) }))),
      find: async () => {
        let room = contextTokens;
        let first = turns.length;
        while (first > 0 && room >= turns[first - 1]!.tokens) room -= turns[--first]!.tokens;
        return {
          turns: turns.slice(first).map(({ turn }) => turn),
          ...(first > 0 && { notes: [`the ${first} oldest turns did not fit`] }),
        };
      },
    };
  },
  ({ tokens, turns, contextTokens }) => Math.min(contextTokens, tokens + turns * 20),
);
