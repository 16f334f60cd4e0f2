// A line in the terminal that shows what memory is doing, from the stream mode "custom". Runs without a key: npx tsx examples/progress-line.ts
import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { createPersonaAgent, isPersonaEvent, type PersonaEvent } from "personagraph";

const agent = createPersonaAgent({
  model: "keyless",
  store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:",
  checkpointer: new MemorySaver(),
});

function line(event: PersonaEvent): string {
  switch (event.type) {
    case "recall":
      return `recalled ${event.recalled.length} in ${Math.round(event.ms)} ms`;
    case "search":
      return `searched "${event.search.query}": ${event.search.found} found`;
    case "remembered":
      return `remembered: ${event.facts.map(({ text }) => text).join(" ")}`;
    case "personality":
      return `personality after ${event.turns} turns`;
    case "consolidated":
      return `filed a session into ${event.episodes} episodes`;
    case "warning":
      return `! ${event.message}`;
  }
}

/** Over itself in a terminal, else one after the other. */
const show = (text: string): void => void process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K  · ${text}` : `  · ${text}\n`);

async function say(text: string, thread: string): Promise<void> {
  console.log(`> ${text}`);
  let answer = "";
  const run = { context: { userId: "ada" }, configurable: { thread_id: thread } };
  for await (const [mode, chunk] of await agent.stream(
    { messages: [new HumanMessage(text)] },
    { ...run, streamMode: ["custom", "messages"] },
  )) {
    if (mode === "custom" && isPersonaEvent(chunk)) show(line(chunk));
    if (mode === "messages") answer += chunk[0].text;
  }
  console.log(`${process.stdout.isTTY ? "\n" : ""}${answer}`);
}

await say("I play the cello in an orchestra.", "monday");
await say("Which instrument do I play?", "friday");
