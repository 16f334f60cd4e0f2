import { InvalidArgumentError, Option, type Command } from "commander";
import { examples } from "../examples.js";
import { DATE_ORDERS, type DateOrder, type Source } from "../../import/imported.js";
import { exportedImages } from "../../import/images.js";
import { readImport } from "../../import/read.js";
import { FORMATS, recognise } from "../../import/registry.js";
import { fileSource, peek, streamSource } from "../../import/source.js";
import { linesOf } from "../../import/lines.js";
import { estimate } from "../../import/estimate.js";
import { Surveyor } from "../../import/survey.js";
import { collect } from "../arguments.js";
import { Ended, EXIT } from "../exit.js";
import { deriveAll, type DeriveFlags } from "../import/derive.js";
import { logItems } from "../import/log.js";
import { report } from "../import/report.js";
import { progressBar, type Progress } from "../progress.js";
import { count } from "../output.js";
import { memoryCommand, type Session } from "../session.js";
import { memoryModelOf } from "../settings.js";
import { costFlags } from "./derive.js";

interface Flags extends DeriveFlags {
  readonly format?: string;
  readonly me?: string;
  readonly dateOrder?: DateOrder;
  readonly thread?: string[];
  readonly since?: string;
  readonly header?: Record<string, string>;
  readonly metadata?: Record<string, string>;
  readonly strict?: boolean;
  readonly derive: boolean;
}

const ADDRESS = /^https?:\/\//;
const SESSION_GAP = 3_600_000;

/** `import`: somebody's past, from wherever it is kept. */
export const importCommand = (program: Command): Command =>
  memoryCommand<Flags>(
    costFlags(
      program
        .command("import")
        .summary("take in conversations from elsewhere")
        .description(
          "Takes conversations into a memory, with their times. What is there already is not taken twice: stop it with Ctrl-C and call it again, or import a newer export.",
        )
        .argument("<source>", 'a file, a zip, the address of a LangGraph server, or "-" for standard input')
        .addOption(
          new Option("-f, --format <name>", "what it is (default: found from how it begins)").choices([...FORMATS.map(({ name }) => name)]),
        )
        .option("--me <name>", "the speaker who is the user (WhatsApp, memqa)")
        .addOption(
          new Option("--date-order <order>", "day and month in WhatsApp's dates (default: found from the file)").choices(DATE_ORDERS),
        )
        .option("--thread <id>", "only this conversation; may be repeated", collect)
        .option("--since <time>", "time of messages that have none (default: the file's)")
        .option("-H, --header <line>", 'header for a LangGraph server, such as "authorization: Bearer …"', header)
        .option("--metadata <key=value>", "only threads of a LangGraph server that bear it, such as owner=ada; may be repeated", metadata)
        .option("--strict", "import nothing when a record is broken (reads twice)")
        .option("--no-derive", "only log: searchable at once, derived later by `personagraph derive`"),
    ),
    async (session, [given]) => {
      const { out, flags } = session;
      const { head, source } = await opened(given!);
      if (/^\s*\{"schema"\s*:\s*"personagraph\//.test(head)) return restore(session, source);
      const recognised = await recognise(source, flags.format);
      const from = { source: source.name, format: recognised.format.name };
      out.note(`${source.name}: ${recognised.format.title}`);
      const model = memoryModelOf(flags);
      const bar = progressBar(out, "reading", 1);
      const sources = counted(recognised.sources, bar);
      const items = () =>
        readImport({ ...recognised, sources }, {
          ...flags,
          threads: flags.thread,
          headers: flags.header,
          timezone: session.timezone,
          signal: session.signal,
        } as never);
      try {
        if (flags.dryRun || flags.strict) {
          const survey = new Surveyor(SESSION_GAP);
          for await (const item of items()) survey.add(item);
          const read = survey.result();
          if (flags.dryRun || read.problems > 0) {
            bar.stop();
            report(session, { ...from, read, estimate: estimate(read, model, flags), dryRun: true });
            throw new Ended(read.problems > 0 ? EXIT.failure : EXIT.ok);
          }
        }
        const survey = new Surveyor(SESSION_GAP);
        const images = await exportedImages(source);
        const logged = await logItems(items(), { ...session, survey, images }).finally(() => {
          bar.stop();
          images.close();
        });
        const read = survey.result();
        const derived = flags.derive ? await deriveAll(session) : undefined;
        // Whether anything is; all of it would be as large as the import.
        const waiting = !derived && (await session.memory.pending(session.userId, 1)).length > 0;
        report(session, {
          ...from,
          read,
          estimate: derived?.estimate ?? estimate(read, model, flags),
          logged: { ...logged, warnings: [...logged.warnings, ...(derived?.warnings ?? [])] },
          derived: flags.derive,
          ...(derived ? { pending: derived.pending } : { waiting }),
        });
        if (read.problems > 0) throw new Ended(EXIT.failure);
      } finally {
        bar.stop();
      }
    },
    { begins: true },
  ).addHelpText(
    "after",
    `
Formats:
${FORMATS.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`).join("\n")}
  Files that \`personagraph export\` wrote are taken back as they are.
${examples(
  "import chatgpt-export.zip --dry-run",
  "import conversations.json --no-derive",
  'import "WhatsApp Chat with Mia.zip" --me "Ada Lovelace" --date-order dmy',
  'import http://127.0.0.1:2024 --header "authorization: Bearer $TOKEN"',
)}`,
  );

async function opened(given: string): Promise<{ head: string; source: Source }> {
  if (ADDRESS.test(given)) return { head: "", source: streamSource(given, nothing(), Date.now()) };
  const source = given === "-" ? streamSource("standard input", process.stdin, Date.now()) : await fileSource(given);
  const { head, source: whole } = await peek(source, 256);
  return { head: new TextDecoder().decode(head), source: whole };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** What `export` wrote. */
async function restore({ memory, userId, out, flags }: Session<Flags>, source: Source): Promise<void> {
  const lines = async function* () {
    for await (const { text } of linesOf(source.bytes())) yield text;
  };
  const dryRun = flags.dryRun === true;
  let records = -1;
  if (dryRun) for await (const _ of lines()) records++;
  else records = await memory.import(userId, lines());
  out.result({ source: source.name, format: "personagraph", userId, dryRun, records }, () =>
    dryRun
      ? `${count(records, "record")} to take back. Nothing was imported.`
      : `${count(records, "record")} taken back into the memory of ${userId}.`,
  );
}

/** The same sources, telling the bar how far they are read. */
function counted(sources: readonly Source[], bar: Progress): Source[] {
  const total = sources.reduce((sum, { size }) => sum + (size ?? 0), 0);
  let read = 0;
  return sources.map((source) => ({
    ...source,
    async *bytes() {
      for await (const chunk of source.bytes()) {
        read += chunk.length;
        bar.set(read, Math.max(total, read), `${Math.round(read / 1e6)} MB`);
        yield chunk;
      }
    },
  }));
}

const header = pair(/^([\w-]+):\s*(.+)$/, "name: value");
const metadata = pair(/^([^=]+)=(.*)$/, "key=value");

/** Collects pairs that are written in one way. */
function pair(form: RegExp, written: string): (text: string, before?: Record<string, string>) => Record<string, string> {
  return (text, before = {}) => {
    const [, name, value] = form.exec(text) ?? [];
    if (name === undefined) throw new InvalidArgumentError(`Write it as "${written}".`);
    return { ...before, [name]: value! };
  };
}
