import { TRAITS, type Trait, type TraitScores } from "../../src/domain/personality.js";
import { readCsv, type Row } from "../loaders/csv.js";
import { placeIn, type Place } from "../loaders/reading.js";
import type { Report } from "../suite.js";

/** A text whose author's Big Five are known. */
export interface LabelledText {
  readonly author: string;
  readonly text: string;
  /** 1 to 5. Of labels that only say high or low: 1 or 5. */
  readonly scores: TraitScores;
}
export interface LabelledTexts {
  /** Whether the labels only say high or low. */
  readonly binary: boolean;
  readonly texts: readonly LabelledText[];
}

/**
 * Text labelled with Big Five scores, as CSV:
 * - the essays of Pennebaker and King as they are passed around: `#AUTHID, TEXT, cEXT, cNEU, cAGR, cCON, cOPN` with y and n, often in Windows-1252;
 * - PANDORA and its like: a text (`text`, `body`, `comment`), perhaps an `author`, and scores from 0 to 100 (percentiles) under the names of the traits
 *   or their initials O, C, E, A, N; where all of them are 0 or 1, they say low or high.
 */
const TEXTS = ["TEXT", "text", "body", "comment"];
const AUTHORS = ["AUTHID", "author", "user", "id"];
const ESSAYS: Readonly<Record<Trait, string>> = {
  openness: "cOPN",
  conscientiousness: "cCON",
  extraversion: "cEXT",
  agreeableness: "cAGR",
  neuroticism: "cNEU",
};

export async function readLabelledTexts(file: string, report: Report): Promise<LabelledTexts> {
  const top = placeIn(file, report);
  const rows: { line: number; row: Row }[] = [];
  for await (const [line, row] of readCsv(file, [], report, { oldEncoding: true })) rows.push({ line, row });
  if (rows.length === 0) return { binary: false, texts: [] };
  const columns = columnsOf(Object.keys(rows[0]!.row), top);
  if (!columns) return { binary: false, texts: [] };
  const cells = rows.flatMap(({ row }) => TRAITS.map((trait) => row[columns.traits[trait]]?.trim() ?? ""));
  const binary = cells.every((cell) => /^([yn01](\.0)?)?$/i.test(cell));
  return { binary, texts: rows.flatMap(({ line, row }) => textOf(row, columns, binary, top.in(`line ${line}`))) };
}

interface Columns {
  readonly text: string;
  readonly author: string | undefined;
  readonly traits: Readonly<Record<Trait, string>>;
}

function columnsOf(names: readonly string[], place: Place): Columns | undefined {
  const named = (wanted: readonly string[]): string | undefined =>
    wanted.flatMap((name) => names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? [])[0];
  const text = named(TEXTS);
  const traits = TRAITS.map((trait) => [trait, named([ESSAYS[trait], trait, trait[0]!])] as const);
  const missing = traits.filter(([, column]) => column === undefined).map(([trait]) => trait);
  if (text === undefined || missing.length > 0)
    return place.fault(
      "schema",
      `there is no column for ${[...(text === undefined ? ["the text"] : []), ...missing].join(", ")} among ${names.join(", ")}`,
    );
  return { text, author: named(AUTHORS), traits: Object.fromEntries(traits) as Record<Trait, string> };
}

function textOf(row: Row, { text, author, traits }: Columns, binary: boolean, place: Place): LabelledText[] {
  const scores = TRAITS.map((trait) => [trait, scoreOf(row[traits[trait]]?.trim() ?? "", binary)] as const);
  const wrong = scores.filter(([, score]) => score === undefined).map(([trait]) => `${trait} ${JSON.stringify(row[traits[trait]])}`);
  const body = row[text]?.trim() ?? "";
  if (wrong.length > 0 || body === "") {
    place.fault(wrong.length > 0 ? "key" : "schema", wrong.length > 0 ? `no score: ${wrong.join(", ")}` : "the text is empty", 1);
    return [];
  }
  return [
    {
      author: (author === undefined ? undefined : row[author]) ?? "",
      text: body,
      scores: Object.fromEntries(scores) as unknown as TraitScores,
    },
  ];
}

function scoreOf(cell: string, binary: boolean): number | undefined {
  if (binary) return /^(y|1(\.0)?)$/i.test(cell) ? 5 : /^(n|0(\.0)?)$/i.test(cell) ? 1 : undefined;
  const value = Number(cell);
  return cell !== "" && value >= 0 && value <= 100 ? 1 + (4 * value) / 100 : undefined;
}
