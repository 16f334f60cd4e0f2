import { CONSOLIDATE_TOOL, type ConsolidateProposal } from "../../prompts/consolidate.js";
import { EXTRACT_TOOL, type ExtractImagesProposal, type ExtractProposal } from "../../prompts/extract.js";
import { readFence } from "../../prompts/prompt.js";
import { ScriptedModel, type ScriptedAnswer, type ScriptedCall } from "./scripted-model.js";

type Change = ExtractProposal["changes"][number];
type Seen = ExtractImagesProposal["images"][number];

export interface PersonaScript {
  /** What the model says, or which search it calls for. Default: "Noted." */
  readonly answer?: (call: ScriptedCall) => ScriptedAnswer;
  /** What it proposes for an exchange, from the text of the user's message and what is known. Default: nothing. */
  readonly extract?: (
    said: string,
    known: readonly (readonly [id: string, since: string, text: string])[],
  ) => ScriptedAnswer | readonly Partial<Change>[];
  /** What it sees in the images of an exchange; `pictures` are their bytes, in the order shown. Default: nothing. */
  readonly see?: (said: string, pictures: readonly Buffer[]) => readonly Partial<Seen>[];
  /** What one message shows of the user. Default: nothing. */
  readonly traits?: (said: string) => Partial<ExtractProposal["traits"]>;
  /** What it proposes for a session. Default: one topic. */
  readonly consolidate?: (messages: readonly string[]) => ScriptedAnswer | Partial<ConsolidateProposal>;
}

const UNSEEN: Seen = { image: 1, name: null, category: "thing", description: "a thing", box: null };

/** The images that a model was sent as data, in their order. */
export const picturesIn = (messages: ScriptedCall["messages"]): Buffer[] =>
  messages.flatMap(({ content }) =>
    typeof content === "string"
      ? []
      : content.flatMap((block) => {
          const url = (block as { image_url?: { url?: string } }).image_url?.url;
          return url?.startsWith("data:") ? [Buffer.from(url.slice(url.indexOf(",") + 1), "base64")] : [];
        }),
  );

const NEUTRAL = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 };

/** A scripted model for all three prompts of the graph, told apart by the tool that it is bound to. No language model. */
export function scriptedPersona({
  answer = () => "Noted.",
  extract = () => [],
  see = () => [],
  traits = () => ({}),
  consolidate = () => ({}),
}: PersonaScript = {}): ScriptedModel {
  return new ScriptedModel((call) => {
    const prompt =
      call.messages.findLast((message) => message.text.includes(call.tools[0] === CONSOLIDATE_TOOL ? "<session>" : "<exchange>"))?.text ??
      "";
    if (call.tools[0] === EXTRACT_TOOL) {
      const rows = readFence("exchange", prompt) as [number, string, string, string][];
      const said = rows
        .filter(([, role]) => role === "user")
        .map(([, , , text]) => text)
        .join("\n");
      const proposed = extract(said, readFence("known", prompt) as [string, string, string][]);
      if (!Array.isArray(proposed)) return proposed as ScriptedAnswer;
      const blank = {
        op: "ADD",
        id: null,
        keywords: [],
        when: null,
        source: rows.find(([, role]) => role === "user")?.[0] ?? 1,
        confidence: 1,
      };
      return {
        args: {
          changes: (proposed as Partial<Change>[]).map((change) => ({ ...blank, ...change })),
          traits: { ...NEUTRAL, ...traits(said) },
          ...(prompt.includes("<images>") && { images: see(said, picturesIn(call.messages)).map((seen) => ({ ...UNSEEN, ...seen })) }),
        },
      };
    }
    if (call.tools[0] === CONSOLIDATE_TOOL) {
      const rows = readFence("session", prompt) as [number, string, string, string][];
      const proposed = consolidate(rows.map(([, , , text]) => text));
      if (typeof proposed === "string" || proposed instanceof Error || "args" in proposed || "content" in proposed) return proposed;
      const topic = { topic: "talk", summary: `The user said: ${rows[0]?.[3] ?? ""}`, keywords: [], messages: rows.map(([n]) => n) };
      return { args: { topics: [topic], habits: [], identity: [], preferences: [], ...proposed } };
    }
    return answer(call);
  });
}
