import { describe, expect, test } from "@jest/globals";
import { countTokens } from "../../models/tokens.js";
import type { Turn } from "../../suite.js";
import { type plainPrompt } from "../ask.js";
import { fullContext } from "./plain.js";

describe("full-context", () => {
  test("shows what fits as the prompt holds it, code and all, newest first to stay, and says what did not fit", async () => {
    const code = 'if (a < b && "x") {\n  return `<b>${a}</b>`;\n}\n'.repeat(40);
    const turns = Array.from({ length: 40 }, (_, n): Turn => ({
      id: `${n}`,
      session: "s",
      at: "2026-01-01T10:00",
      speaker: "Ana",
      role: "user",
      text: `${n}: ${code}`,
    }));
    const tools = { limit: 8, contextTokens: 20_000 };
    let prompt = "";
    const model = {
      invoke: async (messages: ReturnType<typeof plainPrompt>) => ({ text: (prompt = messages.map(({ text }) => text).join("\n")) }),
    };
    const subject = await fullContext.open({ id: "c", turns, questions: [] }, { ...tools, model, memoryModel: model } as never);
    await subject.remember(turns, { whole: true });
    const { shown, notes } = await subject.answer({ text: "What is it?", instruction: "Answer.", now: 0 });
    expect(shown.at(-1)).toBe("39");
    expect(notes).toEqual([`the ${40 - shown.length} oldest turns did not fit`]);
    expect(countTokens(prompt)).toBeLessThan(20_200);
    expect(countTokens(prompt)).toBeGreaterThan(18_000);
  });
});
