import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { JSONParser } from "@streamparser/json";
import { z } from "zod";
import type { Fault, FaultKind, Report } from "../suite.js";

/** Faults of one file, each with the place in it. */
export interface Place {
  fault(kind: FaultKind, what: string, questions?: number): undefined;
  /** A place further in, such as `[3]` or `.qa[12]`. */
  in(step: string): Place;
  /** The value as the schema reads it, or undefined and a fault that names every wrong key. `questions` are lost with it. */
  read<T>(schema: z.ZodType<T>, value: unknown, questions?: number): T | undefined;
}

export function placeIn(file: string, report: Report, steps = ""): Place {
  const name = basename(file);
  const fault = (kind: FaultKind, what: string, questions = 0): undefined =>
    void report({ kind, where: steps === "" ? name : `${name}: ${steps}`, what, questions } satisfies Fault);
  return {
    fault,
    in: (step) => placeIn(file, report, `${steps}${step}`),
    read(schema, value, questions = 0) {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      return fault("schema", z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " "), questions);
    },
  };
}

/** A whole JSON file. Absent or cut off, it is a fault and undefined. */
export async function readJson(file: string, report: Report): Promise<unknown> {
  const place = placeIn(file, report);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return place.fault("reference", `there is no file ${file}`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return place.fault("half-written", `is no JSON, or only a part of it: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The lines of a JSON-lines file, each with its place; a line that is no JSON is a fault. */
export async function* readJsonLines(file: string, report: Report): AsyncGenerator<readonly [place: Place, value: unknown]> {
  const top = placeIn(file, report);
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++;
    if (line.trim() === "") continue;
    const place = top.in(`line ${number}`);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      place.fault("half-written", "is no JSON");
      continue;
    }
    yield [place, value];
  }
}

/** The elements of a JSON array, one at a time, so that a file may be larger than memory. What stands before a break is still read. */
export async function* readJsonArray(file: string, report: Report): AsyncGenerator<readonly [index: number, value: unknown]> {
  const parser = new JSONParser({ paths: ["$.*"], keepStack: false });
  const ready: (readonly [number, unknown])[] = [];
  let broken: string | undefined;
  let index = 0;
  let array = false;
  parser.onValue = ({ value, parent }) => {
    array ||= Array.isArray(parent);
    ready.push([index++, value]);
  };
  parser.onError = (error) => void (broken ??= error.message);
  for await (const chunk of createReadStream(file)) {
    if (broken !== undefined) break;
    parser.write(chunk as Buffer);
    yield* ready.splice(0);
  }
  const place = placeIn(file, report);
  if (broken !== undefined) place.fault("half-written", `is no JSON after element ${index - 1}: ${broken}`);
  else if (!parser.isEnded) place.fault("half-written", `ends in the middle, after element ${index - 1}`);
  else if (index > 0 && !array) place.fault("schema", "is no JSON array");
}

/** The first of these paths that exists below a folder or its parents, as links in data sets count from different roots. */
export function candidates(folder: string, link: string, levels = 4): string[] {
  return Array.from({ length: levels }, (_, n) => join(folder, ...Array<string>(n).fill(".."), link));
}

/** The texts, numbers and truths in a value, however deep: some answers are lists, or objects of parts. */
export const scalarsIn = (value: unknown): string[] => {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(scalarsIn);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [String(value)] : [];
};
