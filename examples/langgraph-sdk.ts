// A client of the running server, with the LangGraph SDK: `npm start` in one terminal, and in another: npx tsx examples/langgraph-sdk.ts
import { Client } from "@langchain/langgraph-sdk";
import { isPersonaEvent } from "personagraph";

const client = new Client({ apiUrl: process.env["LANGGRAPH_API_URL"] ?? "http://127.0.0.1:2024" });
const user = process.env["USER_ID"] ?? "ada";

async function say(text: string): Promise<void> {
  const { thread_id } = await client.threads.create();
  let answer = "";
  const payload = {
    input: { messages: [{ role: "user", content: text }] },
    context: { userId: user },
    streamMode: ["messages-tuple" as const, "custom" as const],
  };
  for await (const { event, data } of client.runs.stream(thread_id, "agent", payload)) {
    if (event === "messages") answer += (data as unknown as [{ content: string }])[0].content;
    if (event === "custom" && isPersonaEvent(data)) console.log(`  · ${data.type}`);
    if (event === "error") throw new Error(JSON.stringify(data));
  }
  console.log(answer);
}

await say("I work as a beekeeper in Faro.");
await say("Where do I work?");
