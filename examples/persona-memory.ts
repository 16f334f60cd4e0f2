// Memory without a graph: put messages in, search, read what is known. Runs without a key: npx tsx examples/persona-memory.ts
import { PersonaMemory } from "personagraph";

const memory = new PersonaMemory({ store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" });

await memory.remember("ada", [
  { role: "user", text: "I moved to Lisbon last May.", at: "2026-03-02T09:15" },
  { role: "assistant", text: "How do you like it?", at: "2026-03-02T09:16" },
  { role: "user", text: "I love it. I go surfing every Saturday.", at: "2026-03-02T09:17" },
]);
await memory.flush("ada"); // derives facts, episodes, habits, profile and personality now

const { hits } = await memory.recall("ada", "Where do I live?");
console.log(hits.map(({ kind, text, score }) => `${kind} (${score.toFixed(2)}): ${text}`).join("\n"));
console.log((await memory.list("ada", "fact")).map(({ text }) => text));
console.log((await memory.profile("ada")).identity, (await memory.personality("ada")).scores);
await memory.close();
