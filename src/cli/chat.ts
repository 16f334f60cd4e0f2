/** `npm run chat`: a conversation in the terminal with an agent that remembers. */
import { MemorySaver } from "@langchain/langgraph";
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { createInterface } from "node:readline";
import { createPersonaAgent, PersonaError, PersonaMemory, type PersonaOptions } from "../index.js";
import { readChatArguments, USAGE, type ChatArguments } from "./chat-arguments.js";
import { answerIn, type Answering } from "./chat-answer.js";
import { COMMANDS, HELP, type Chat } from "./chat-commands.js";

const out = (text: string): void => void process.stdout.write(text);

/** What went wrong, for a person: our own errors say how to mend it. */
const explain = (error: unknown): string => (error instanceof PersonaError || error instanceof Error ? error.message : String(error));

async function main(args: ChatArguments): Promise<void> {
  const options: PersonaOptions = {
    // The next message need not wait for the memory of the last one.
    update: "background",
    updateDelay: 1,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(args.db !== undefined && { store: args.db }),
  };
  const userId = args.user ?? process.env["PERSONAGRAPH_USER"] ?? userInfo().username;
  const agent = createPersonaAgent({ ...options, checkpointer: new MemorySaver() });
  const memory = new PersonaMemory(options);
  const chat: Chat = { userId, memory, thread: randomUUID(), recalled: [], cited: [], out };
  const interactive = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, ...(interactive && { output: process.stdout, prompt: "\nyou> " }) });
  let answering: AbortController | undefined;
  const interrupt = (): void => (answering ? answering.abort() : lines.close());
  // In a terminal readline hears Ctrl-C; otherwise the process does.
  lines.on("SIGINT", interrupt);
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", () => lines.close());

  out(`personagraph · user ${userId} · ${modelName()}\n${HELP}\n`);
  lines.prompt();
  for await (const line of lines) {
    const text = line.trim();
    const [command = "", ...words] = text.split(/\s+/);
    if (command === "/quit" || command === "/exit") break;
    try {
      if (command.startsWith("/")) await (COMMANDS[command] ?? COMMANDS["/help"]!)(chat, words);
      else if (text !== "") {
        answering = new AbortController();
        await answerIn({ agent, chat, text, signal: answering.signal } satisfies Answering);
      }
    } catch (error) {
      out(answering?.signal.aborted ? "\n(stopped)\n" : `\n! ${explain(error)}\n`);
    }
    answering = undefined;
    lines.prompt();
  }
  lines.close();
  await leave(chat);
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

const modelName = (): string => {
  const name = process.env["PERSONAGRAPH_MODEL"];
  return !name || name.startsWith("keyless") ? "keyless: fixed rules, no language model" : name;
};

try {
  const args = readChatArguments(process.argv.slice(2));
  if (args.help) console.log(USAGE);
  else await main(args);
  process.exit(0);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
