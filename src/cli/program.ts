import { Command } from "commander";
import { chatCommand } from "./commands/chat.js";
import { deleteCommand } from "./commands/delete.js";
import { derive } from "./commands/derive.js";
import { doctor } from "./commands/doctor.js";
import { edit } from "./commands/edit.js";
import { erase } from "./commands/erase.js";
import { exportCommand } from "./commands/export.js";
import { facts } from "./commands/facts.js";
import { history } from "./commands/history.js";
import { importCommand } from "./commands/import.js";
import { personality } from "./commands/personality.js";
import { profile } from "./commands/profile.js";
import { rebuild } from "./commands/rebuild.js";
import { search } from "./commands/search.js";
import { serveCommand } from "./commands/serve.js";
import { usage } from "./commands/usage.js";
import { users } from "./commands/users.js";
import { manifest } from "./package-file.js";

/** Every command, in the order of the help. Add one here. */
const COMMANDS: readonly ((program: Command) => Command)[] = [
  serveCommand,
  chatCommand,
  importCommand,
  derive,
  search,
  profile,
  facts,
  history,
  personality,
  usage,
  users,
  exportCommand,
  edit,
  deleteCommand,
  erase,
  rebuild,
  doctor,
];

const EXAMPLES = `
Examples:
  personagraph chat                                    talk to an agent that remembers you
  personagraph import chatgpt-export.zip --dry-run     what your past holds, and what deriving it would cost
  personagraph search "where does my sister live"      what is remembered, and why it was found
  personagraph personality                             the Big Five over time
  personagraph serve                                   the LangGraph server, for Studio and your applications

Settings come from flags, else the environment, else a file .env in this folder.
Exit codes: 0 done, 1 failed, 2 called in a wrong way, 130 interrupted.`;

/** The command line. Errors are thrown, so that one place turns them into exit codes. */
export function createProgram(): Command {
  const program = new Command("personagraph")
    .description("Long-term memory and personality for LangGraph agents.")
    .version(manifest().version)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showSuggestionAfterError()
    .addHelpText("after", EXAMPLES);
  for (const add of COMMANDS) add(program);
  return program;
}
