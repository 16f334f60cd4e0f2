/** A process of its own for src/concurrency.test.ts: one device of a user who talks to two at once. Sends how many exchanges it extracted. */
import { HumanMessage } from "@langchain/core/messages";
import { createPersonaAgent, PersonaMemory, SqliteStore } from "../../src/index.js";
import { fixedClock, scriptedPersona } from "../../src/testing/index.js";

interface Part {
  readonly path: string;
  readonly device: number;
  readonly each: number;
  /** Whether it states something, or only greets. */
  readonly states: boolean;
  /** Whether the two speak in turn, or one after the other. */
  readonly woven: boolean;
}
const { path, device, each, states, woven } = JSON.parse(process.argv[2]!) as Part;
const start = Date.parse("2026-05-12T10:00:00Z");
const store = new SqliteStore({ path });
const model = scriptedPersona({
  extract: (said, known) => {
    if (said.startsWith("Good")) return [];
    const text = `The user's ${said.slice(3, -1)}.`;
    return known.some(([, , fact]) => fact === text) ? [] : [{ text }];
  },
  traits: (said) => ({ openness: (Number(/\d+/.exec(said)![0]) % 5) + 1 }),
});
const settings = { store, model, clock: fixedClock(start) };
const agent = createPersonaAgent(settings);
const memory = new PersonaMemory(settings);
for (let i = 0; i < each; i++) {
  const n = woven ? 2 * i + device : device * each + i;
  await agent.invoke(
    {
      messages: [
        new HumanMessage({
          id: `u${n}`,
          content: states ? `My thing${n} is here.` : `Good morning ${n}.`,
          additional_kwargs: { at: start + n * 60_000 },
        }),
      ],
    },
    { context: { userId: "ada" } },
  );
}
await memory.flush("ada");
const extracted = model.calls.filter(({ tools }) => tools[0] === "propose_memory").length;
process.send!(extracted, () => {
  store.close();
  process.exit(0);
});
