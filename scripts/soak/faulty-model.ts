import { AIMessage } from "@langchain/core/messages";
import { CONSOLIDATE_TOOL } from "../../prompts/consolidate.js";
import { EXTRACT_TOOL } from "../../prompts/extract.js";
import { readFence } from "../../prompts/prompt.js";
import { ScriptedModel, type ScriptedAnswer, type ScriptedCall } from "../../src/testing/index.js";
import type { Faults, ModelFault } from "./faults.js";
import { answerTo, promptOf, proposeMemory, proposeSummary } from "./script.js";
import { MARKERS } from "./workload.js";

export interface ModelCounts {
  answer: number;
  extract: number;
  consolidate: number;
}

/** The scripted model with its faults. `leak` hears of a prompt that speaks of two users. */
export function faultyModel(faults: Faults, counts: ModelCounts, leak: (words: string) => void): ScriptedModel {
  const model = new ScriptedModel(async (call) => {
    // Nobody looks at them, and a soak makes thousands.
    model.calls.length = 0;
    const markers = new Set(call.messages.flatMap(({ text }) => text.match(MARKERS) ?? []));
    if (markers.size > 1) leak([...markers].join(" "));
    if (call.tools[0] === EXTRACT_TOOL) {
      counts.extract++;
      const prompt = promptOf(call.messages, "exchange");
      return propose(call, proposeMemory(prompt), keyOf(prompt, "exchange"), faults, "kill-extracting");
    }
    if (call.tools[0] === CONSOLIDATE_TOOL) {
      counts.consolidate++;
      const prompt = promptOf(call.messages, "session");
      return propose(call, proposeSummary(prompt), keyOf(prompt, "session"), faults, "kill-summarising");
    }
    counts.answer++;
    return answer(call, faults);
  });
  return model;
}

/** What an exchange or a session is known by over all attempts, whoever makes them: its first row. */
const keyOf = (prompt: string, tag: string): string => JSON.stringify((readFence(tag, prompt) as unknown[])[0]);

async function answer(call: ScriptedCall, faults: Faults): Promise<ScriptedAnswer> {
  const { search, text } = answerTo(call.messages);
  faults.kill("kill-answering", text);
  const fault = faults.ofAnswer(text);
  if (fault === "empty-answer") return "";
  if (fault) return broken(fault, call);
  return search !== undefined && call.toolChoice !== "none" ? { args: { query: search, keywords: [] } } : text;
}

async function propose(
  call: ScriptedCall,
  proposal: object,
  key: string,
  faults: Faults,
  kill: "kill-extracting" | "kill-summarising",
): Promise<ScriptedAnswer> {
  faults.kill(kill, key);
  const fault = faults.ofProposal(key);
  if (!fault) return { args: proposal };
  const json = JSON.stringify(proposal);
  switch (fault) {
    case "invalid-json":
      return new AIMessage({
        content: "",
        invalid_tool_calls: [{ id: "1", name: call.tools[0]!, args: `{"changes": [}, ${json}`, error: "Malformed args." }],
      });
    case "truncated":
      return `Here you are: ${json.slice(0, Math.ceil(json.length / 2))}`;
    case "empty":
      return "";
    case "refusing":
      return "I'm sorry, but I can't help with that.";
    case "wrong-shape":
      return { args: { changes: "none", topics: [], traits: { openness: 9 } } };
    default:
      return broken(fault, call);
  }
}

async function broken(fault: ModelFault, { signal }: ScriptedCall): Promise<Error> {
  if (fault === "hung") {
    // As a server that never answers: it ends when the caller gives up.
    return new Promise((done) => {
      if (signal?.aborted) done(signal.reason as Error);
      signal?.addEventListener("abort", () => done(signal.reason as Error), { once: true });
    });
  }
  if (fault === "cut") return new TypeError("terminated");
  return Object.assign(new Error(`The model answered ${fault}.`), { status: Number(fault) });
}
