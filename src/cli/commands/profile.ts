import type { Command } from "commander";
import { examples } from "../examples.js";
import { bold } from "../output.js";
import { memoryCommand } from "../session.js";

/** `profile`: who the user is, and what they do and prefer. */
export const profile = (program: Command): Command =>
  memoryCommand(
    program
      .command("profile")
      .addHelpText("after", examples("profile", "profile --user ada --json"))
      .summary("show who the user is")
      .description("Shows identity, lasting preferences, habits and goals."),
    async ({ memory, userId, out }) => {
      const [{ identity, preferences }, procedures] = await Promise.all([memory.profile(userId), memory.list(userId, "procedure")]);
      const habits = procedures.map(({ id, text, at }) => ({ id, at, text }));
      out.result({ userId, identity, preferences, habits }, () => {
        const part = (name: string, lines: readonly string[]): string[] =>
          lines.length === 0 ? [] : [bold(name, out.colours), ...lines.map((line) => `  ${line.replace(/\s+/g, " ")}`)];
        const lines = [
          ...part(
            "Identity",
            identity.map(({ field, value }) => `${field}: ${value}`),
          ),
          ...part(
            "Preferences",
            preferences.map(({ text }) => text),
          ),
          ...part(
            "Habits and goals",
            habits.map(({ text }) => text),
          ),
        ];
        return lines.length > 0
          ? lines.join("\n")
          : `No identity, preferences or habits of ${userId} are known yet. A conversation is filed when it has ended, or by "personagraph derive".`;
      });
    },
  );
