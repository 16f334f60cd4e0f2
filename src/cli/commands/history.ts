import type { Command } from "commander";
import { examples } from "../examples.js";
import type { FactRecord, MemoryId } from "../../index.js";
import { day, table } from "../output.js";
import { memoryCommand } from "../session.js";

/** `history`: what a fact replaced and what replaced it, and where it comes from. */
export const history = (program: Command): Command =>
  memoryCommand(
    program
      .command("history")
      .addHelpText("after", examples("history fact:openai/ad11aec838c3.8702"))
      .summary("show how a fact changed, and the messages behind it")
      .description("Shows a fact with what it replaced and what replaced it, oldest first, each with the messages that it rests on.")
      .argument("<id>", "of a memory, as search and facts print it"),
    async ({ memory, userId, timezone, out }, [id]) => {
      const records = (await memory.history(userId, id as MemoryId)) as FactRecord[];
      const chain = await Promise.all(
        records.map(async ({ id, text, status, at, validTo, sources }) => ({
          id,
          text,
          status,
          at,
          ...(validTo !== undefined && { validTo }),
          sources: await Promise.all(
            sources.map(async (key) => {
              const message = await memory.get(userId, `message:${key}`);
              return { id: `message:${key}`, ...(message && { at: message.at, text: message.text }) };
            }),
          ),
        })),
      );
      out.result({ userId, history: chain }, () =>
        table(
          ["when", "until", "what"],
          chain.flatMap(({ at, validTo, text, sources }) => [
            [day(at, timezone), validTo === undefined ? "" : day(validTo, timezone), text],
            ...sources.map(({ at: said, text: words }) => [
              "",
              "",
              `<- ${said === undefined ? "" : day(said, timezone)} ${words ?? "(erased)"}`,
            ]),
          ]),
          out,
        ),
      );
    },
  );
