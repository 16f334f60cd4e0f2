import { PersonaError } from "../errors.js";
import { chatgpt } from "./formats/chatgpt.js";
import { claude } from "./formats/claude.js";
import { jsonl } from "./formats/jsonl.js";
import { langgraph } from "./formats/langgraph.js";
import { memqa } from "./formats/memqa.js";
import { openai } from "./formats/openai.js";
import { whatsapp } from "./formats/whatsapp.js";
import type { Head, ImportFormat, Source } from "./imported.js";
import { peek } from "./source.js";
import { isZip, zipEntries } from "./zip.js";

/** Every format, in the order in which they are asked: what is told by a word of its own comes before what is told by its shape. */
export const FORMATS: readonly ImportFormat[] = [langgraph, memqa, chatgpt, claude, jsonl, openai, whatsapp];

const HEAD_BYTES = 64 * 1024;

export interface Recognised {
  readonly format: ImportFormat;
  /** The files to read, in order: one, or those of a zip. */
  readonly sources: readonly Source[];
}

/** What a source is, unless the user says so. @throws PersonaError IMPORT_FORMAT, IMPORT_ZIP */
export async function recognise(source: Source, asked?: string): Promise<Recognised> {
  const wanted = asked === undefined ? undefined : FORMATS.find(({ name }) => name === asked);
  if (asked !== undefined && !wanted) throw unknown(`"${asked}" is no format.`);
  const remote = wanted ? wanted === langgraph : langgraph.recognises({ name: source.name, text: "" });
  if (remote) return { format: langgraph, sources: [source] };
  const { head, source: whole } = await peek(source, HEAD_BYTES);
  if (!isZip(head)) return { format: wanted ?? guess(headOf(source, head)), sources: [whole] };
  const formats = wanted ? [wanted] : FORMATS;
  const entries = await zipEntries(source, (path) => formats.some(({ inZip }) => inZip?.test(path)));
  for (const entry of entries) {
    const begins = headOf(entry, (await peek(entry, HEAD_BYTES)).head);
    const format = wanted ?? formats.find((known) => known.inZip?.test(entry.name) && known.recognises(begins));
    if (format) return { format, sources: entries.filter(({ name }) => format.inZip?.test(name)) };
  }
  throw unknown(`${source.name} is a zip without conversations that are known here.`);
}

const headOf = ({ name }: Source, head: Uint8Array): Head => ({ name, text: new TextDecoder().decode(head).replace(/^\ufeff/, "") });

function guess(head: Head): ImportFormat {
  const format = FORMATS.find((known) => known.recognises(head));
  if (format) return format;
  throw unknown(`${head.name} begins like no format that is known.`);
}

const unknown = (message: string): PersonaError =>
  new PersonaError({
    code: "IMPORT_FORMAT",
    message,
    fix: `Give --format with one of ${FORMATS.map(({ name }) => name).join(", ")}; docs/import.md shows what each looks like.`,
  });
