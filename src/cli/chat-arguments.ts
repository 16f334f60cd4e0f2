import { parseArgs } from "node:util";

export const USAGE = `A conversation in the terminal with an agent that remembers you.

  npm run chat -- [options]

  --user <name>   whose memory is used (default: PERSONAGRAPH_USER, else your login name)
  --db <file>     where memory is kept (default: PERSONAGRAPH_STORE, else .personagraph/memory.db)
  --help          print this

PERSONAGRAPH_MODEL=openai:gpt-5-mini, for example, sets the model; without it fixed rules answer, and no language model.`;

export interface ChatArguments {
  readonly user: string | undefined;
  readonly db: string | undefined;
  readonly help: boolean;
}

/** @throws Error that names the option */
export function readChatArguments(args: readonly string[]): ChatArguments {
  const { values } = parseArgs({
    args: [...args],
    options: { user: { type: "string" }, db: { type: "string" }, help: { type: "boolean", default: false } },
  });
  return { user: values.user, db: values.db, help: values.help };
}
