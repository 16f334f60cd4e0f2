import type { Command } from "commander";
import { collect } from "../arguments.js";
import { count } from "../output.js";
import { progressBar } from "../progress.js";
import { storeCommand } from "../session.js";
import type { PlaceFlags } from "../settings.js";

interface Flags extends PlaceFlags {
  readonly user?: readonly string[];
}

const EXAMPLES = `
Examples:
  personagraph rebuild                                          the index of everybody
  personagraph rebuild --user ada --user bob                    of these
  personagraph rebuild --index chroma:http://127.0.0.1:8000     in another index, before agents are set to it

The log is the truth: nothing that was said or derived is touched, and agents may go on meanwhile.`;

/** `rebuild`: makes the index anew from the log. */
export const rebuild = (program: Command): Command =>
  storeCommand<Flags>(
    program
      .command("rebuild")
      .summary("make the search index anew from the log")
      .description(
        "Makes the index anew from the log: after it was lost or damaged, or for another index or embedding model. Ctrl-C stops after the " +
          "user at work; a rebuild of everybody goes on from there the next time.",
      )
      .option("-u, --user <id>", "whose index; may be given several times (default: everybody's)", collect)
      .addHelpText("after", EXAMPLES),
    async ({ memory, out, flags, signal }) => {
      const bar = progressBar(out, "rebuilding", flags.user?.length ?? (await memory.users()).length);
      let done = 0;
      const stopping = (): void => out.note("Stopping after the user at work; Ctrl-C again ends at once.");
      signal.addEventListener("abort", stopping);
      try {
        const rebuilt = await memory.rebuild(flags.user, {
          signal,
          onProgress: (progress) => {
            done = progress.done;
            bar.set(done, progress.users, count(progress.users - done, "user") + " left");
          },
        });
        out.result(
          rebuilt,
          () => `The index of ${count(rebuilt.users, "user")} was made anew: ${count(rebuilt.memories, "memory", "memories")}.`,
        );
      } catch (error) {
        if (signal.aborted) out.note(`${count(done, "user")} done.${flags.user ? "" : " The same command goes on from there."}`);
        throw error;
      } finally {
        signal.removeEventListener("abort", stopping);
        bar.stop();
      }
    },
  );
