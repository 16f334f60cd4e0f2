import type { Command } from "commander";
import { examples } from "../examples.js";
import { memoryCommand } from "../session.js";

/** `users`: of whom something is kept. */
export const users = (program: Command): Command =>
  memoryCommand(
    program
      .command("users")
      .addHelpText("after", examples("users --store /srv/memory.db"))
      .summary("list who has a memory")
      .description("Lists the ids of all users in the store."),
    async ({ memory, out }) => {
      const known = (await memory.users()).sort();
      out.result({ users: known }, () => (known.length > 0 ? known.join("\n") : "Nobody yet."));
    },
  );
