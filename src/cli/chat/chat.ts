/** A conversation in the terminal with an agent that remembers. */
import { MemorySaver } from "@langchain/langgraph";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { createPersonaAgent, PersonaMemory, type PersonaOptions } from "../../index.js";
import { harmless } from "../output.js";
import { optionsOf, userOf, type MemoryFlags } from "../settings.js";
import { answerIn, type Answering } from "./answer.js";
import { imageMessage } from "./image.js";
import { COMMANDS, HELP, type Chat } from "./commands.js";

const out = (text: string): void => void process.stdout.write(harmless(text));

const explain = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs until the input ends or says so. */
export async function chat(flags: MemoryFlags): Promise<void> {
  // The next message need not wait for the memory of the last one.
  const options: PersonaOptions = { ...optionsOf(flags), update: "background", updateDelay: 1 };
  const userId = userOf(flags);
  const agent = createPersonaAgent({ ...options, checkpointer: new MemorySaver() });
  const memory = new PersonaMemory(options);
  const talk: Chat = { userId, memory, thread: randomUUID(), recalled: [], cited: [], out };
  const interactive = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, ...(interactive && { output: process.stdout, prompt: "\nyou> " }) });
  let answering: AbortController | undefined;
  const interrupt = (): void => (answering ? answering.abort() : lines.close());
  // In a terminal readline hears Ctrl-C; otherwise the process does.
  lines.on("SIGINT", interrupt);
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", () => lines.close());

  out(`personagraph · user ${userId} · ${modelName(flags)}\n${HELP}\n`);
  lines.prompt();
  for await (const line of lines) {
    const text = line.trim();
    const [command = "", ...words] = text.split(/\s+/);
    if (command === "/quit" || command === "/exit") break;
    try {
      const content = command === "/image" ? await imageMessage(text) : text;
      if (command.startsWith("/") && content === text) await (COMMANDS[command] ?? COMMANDS["/help"]!)(talk, words);
      else if (text !== "") {
        answering = new AbortController();
        await answerIn({ agent, chat: talk, content, signal: answering.signal } satisfies Answering);
      }
    } catch (error) {
      out(answering?.signal.aborted ? "\n(stopped)\n" : `\n! ${explain(error)}\n`);
    }
    answering = undefined;
    lines.prompt();
  }
  lines.close();
  process.off("SIGINT", interrupt);
  await leave(talk);
}

/** What was said is filed as far as it can be now. The session goes on: whoever comes back within the hour is still in it. */
async function leave({ memory, userId, out }: Chat): Promise<void> {
  const patience = AbortSignal.timeout(20_000);
  try {
    await memory.flush(userId, { endSession: false, signal: patience });
  } catch (error) {
    out(`! Not everything was filed (${explain(error)}). Nothing is lost: the next update makes up for it.\n`);
  }
  await memory.close();
}

function modelName(flags: MemoryFlags): string {
  const name = flags.model ?? process.env["PERSONAGRAPH_MODEL"];
  return !name || name.startsWith("keyless") ? "keyless: fixed rules, no language model" : name;
}
