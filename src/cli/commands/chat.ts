import { Option, type Command } from "commander";
import { examples } from "../examples.js";
import { memoryFlags, type MemoryFlags } from "../settings.js";

/** `chat`: a conversation in the terminal with an agent that remembers. */
export const chatCommand = (program: Command): Command =>
  memoryFlags(
    program
      .command("chat")
      .addHelpText("after", examples("chat", "chat --user ada --model ollama:llama3.1"))
      .summary("talk in the terminal with an agent that remembers")
      .description(
        "A conversation in the terminal with an agent that remembers you. Without a model fixed rules answer, and no language model.",
      )
      .addOption(new Option("--db <file>", "the same as --store").hideHelp()),
  ).action(async (flags: MemoryFlags) => {
    const { chat } = await import("../chat/chat.js");
    await chat(flags);
  });
