import type { createPersonaAgent, PersonaEvent } from "../../index.js";
import type { ChatContent } from "./image.js";
import type { Chat } from "./commands.js";

export interface Answering {
  readonly agent: ReturnType<typeof createPersonaAgent>;
  readonly chat: Chat;
  readonly content: ChatContent;
  readonly signal: AbortSignal;
}

/** The parts of a token of the stream that are of use here. */
interface Token {
  readonly text: string;
  getType(): string;
}

/** Sends a message and prints the answer as it comes. What was recalled and cited is kept for /recalled. */
export async function answerIn({ agent, chat, content, signal }: Answering): Promise<void> {
  const stream = await agent.stream(
    { messages: [{ role: "user", content }] as never },
    {
      context: { userId: chat.userId, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone },
      configurable: { thread_id: chat.thread },
      streamMode: ["messages", "custom", "values"],
      durability: "exit",
      signal,
    },
  );
  let begun = false;
  for await (const [mode, chunk] of stream as AsyncIterable<[string, unknown]>) {
    if (mode === "messages") {
      const [token, { langgraph_node: node }] = chunk as [Token, { langgraph_node?: string }];
      if (node !== "respond" || token.getType() !== "ai" || token.text === "") continue;
      chat.out(begun ? token.text : `\n${token.text}`);
      begun = true;
    } else if (mode === "custom") {
      const event = chunk as PersonaEvent;
      // The answer begins anew after one that broke off.
      if (event.type === "warning" && event.code === "ANSWER_RETRIED") begun = false;
      if (event.type === "search") chat.out(`\n(searched for "${event.search.query}": ${event.search.found} found)`);
      if (event.type === "warning") chat.out(`\n(${event.message})`);
    } else {
      const { recalled, cited } = chunk as Pick<Chat, "recalled" | "cited">;
      chat.recalled = recalled;
      chat.cited = cited;
    }
  }
  chat.out("\n");
}
