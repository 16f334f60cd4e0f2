import { parseString } from "whatsapp-chat-parser";
import { PersonaError } from "../../errors.js";
import { ContentIds } from "../identity.js";
import { problem, type ImportFormat, type ImportItem, type ReadOptions, type Source } from "../imported.js";
import { linesOf } from "../lines.js";
import { daysFirst, startOf } from "../whatsapp-dates.js";

/** The library takes a whole text; it is given so many lines at a time, cut where a message begins. */
const CHUNK_LINES = 2000;

type Parsed = ReturnType<typeof parseString>[number];

/**
 * WhatsApp: Export chat, without or with media. The file says neither which speaker is its user nor which of day and month comes first:
 * the first is `me`, the second is found from all its dates before anything is read, so the file is read twice.
 */
export const whatsapp: ImportFormat = {
  name: "whatsapp",
  title: "WhatsApp's chat export (zip or txt)",
  recognises: ({ text }) => text.split("\n", 40).some((line) => startOf(line) !== undefined && parse(line, true).length === 1),
  inZip: /\.txt$/i,
  async *read(source, options) {
    const survey = await surveyOf(source, options);
    if (survey.messages === 0) {
      yield problem(
        `${source.name}:1`,
        "No line begins with a date, a time and a name.",
        "Export the chat from WhatsApp again (Export chat), and give the txt or the zip.",
      );
      return;
    }
    const me = meIn(survey.speakers, options.me, source.name);
    const ids = new ContentIds("whatsapp");
    for await (const { text, line } of chunksOf(source)) {
      const messages = parse(text, survey.daysFirst);
      if (messages.length === 0)
        yield problem(`${source.name}:${line}`, "These lines belong to no message.", "Leave them, or mend the export.");
      for (const message of messages) yield toItem(message, me, ids);
    }
  },
};

const parse = (text: string, first: boolean): Parsed[] => parseString(text, { daysFirst: first, parseAttachments: true });

interface Chunk {
  readonly text: string;
  /** Number of its first line. */
  readonly line: number;
}

/** Stretches of the file that begin with a message. */
async function* chunksOf(source: Source): AsyncGenerator<Chunk> {
  let lines: string[] = [];
  let first = 1;
  for await (const { text, number } of linesOf(source.bytes())) {
    if (lines.length > 0 && (lines.length >= CHUNK_LINES || (number <= CHUNK_LINES && !begins(lines[0]!))) && begins(text)) {
      yield { text: lines.join("\n"), line: first };
      lines = [];
      first = number;
    }
    lines.push(text);
  }
  if (lines.length > 0) yield { text: lines.join("\n"), line: first };
}

const begins = (line: string): boolean => startOf(line) !== undefined && parse(line, true).length === 1;

interface Survey {
  readonly messages: number;
  readonly speakers: ReadonlyMap<string, number>;
  readonly daysFirst: boolean;
}

async function surveyOf(source: Source, { dateOrder }: ReadOptions): Promise<Survey> {
  const speakers = new Map<string, number>();
  const dates: string[] = [];
  let messages = 0;
  for await (const { text } of chunksOf(source)) {
    for (const { author } of parse(text, true)) {
      messages++;
      if (author !== null) speakers.set(author, (speakers.get(author) ?? 0) + 1);
    }
    for (const line of text.split("\n")) {
      const date = startOf(line);
      if (date !== undefined && date !== dates.at(-1)) dates.push(date);
    }
  }
  return { messages, speakers, daysFirst: daysFirst(dates, dateOrder, source.name) };
}

function meIn(speakers: ReadonlyMap<string, number>, me: string | undefined, name: string): string {
  const known = [...speakers.keys()];
  const found = me === undefined ? undefined : known.find((speaker) => speaker.toLowerCase() === me.toLowerCase());
  if (found !== undefined) return found;
  const list = [...speakers]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([speaker, count]) => `${speaker} (${count} messages)`)
    .join(", ");
  throw new PersonaError({
    code: "IMPORT_ME",
    message: me === undefined ? `${name} does not say which speaker is its user.` : `Nobody in ${name} speaks as "${me}".`,
    fix: `Give --me with one of: ${list}.`,
  });
}

const pad = (n: number): string => String(n).padStart(2, "0");
/** The library reads the time in the zone of this process; what it read are the digits of the file, and those count. */
const written = (date: Date): string =>
  `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;

/** Left-to-right marks that WhatsApp puts around names and placeholders. */
const MARKS = /[\u200e\u200f\u202a-\u202e]/g;
const IMAGE = /\.(?:avif|gif|heic|jpe?g|png|webp)$/i;

function toItem({ date, author, message, attachment }: Parsed, me: string, ids: ContentIds): ImportItem {
  if (author === null) return { skipped: "of WhatsApp itself" };
  if (Number.isNaN(date.getTime())) return { skipped: "without a date" };
  const at = written(date);
  const said = message.replace(MARKS, "").trim();
  if (/^<[^<>]{3,40}>$/.test(said) && !attachment) return { skipped: "media that the export leaves out" };
  const image = attachment && IMAGE.test(attachment.fileName);
  const file = attachment?.fileName;
  const text = file === undefined ? said : [image ? "[image]" : `[file: ${file}]`, captionOf(said)].filter(Boolean).join("\n");
  if (text === "") return { skipped: "empty" };
  return {
    message: {
      id: ids.of(at, author, said),
      at,
      role: author === me ? "user" : "peer",
      text,
      speaker: author,
      ...(image && { images: [{ name: file! }] }),
    },
  };
}

/** What stands below the line that names the file. */
const captionOf = (said: string): string => said.split("\n").slice(1).join("\n").trim();
