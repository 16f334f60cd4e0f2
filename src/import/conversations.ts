import type { z } from "zod";
import { problem, type ImportItem, type Source } from "./imported.js";
import { jsonValues } from "./json-values.js";
import { misfit } from "./parts.js";

/** Where services put them in the zip of an export. */
export const CONVERSATIONS = /(^|\/)conversations(-\d+)?\.json$/;

interface Export<T> {
  /** Whose export it is, for people. */
  readonly service: string;
  readonly schema: z.ZodType<T>;
  /** Keys of an object under which the array may stand. */
  readonly keys?: readonly string[];
  /** What a conversation holds; `where` is its place. */
  readonly items: (conversation: T, where: string) => Iterable<ImportItem>;
}

/** The conversations of an export, one by one; one that does not fit is a problem, and the others are read. */
export async function* conversationsIn<T>(source: Source, { service, schema, keys, items }: Export<T>): AsyncGenerator<ImportItem> {
  for await (const item of jsonValues(source, source.name, keys)) {
    if ("problem" in item) {
      yield item;
      continue;
    }
    const where = `${source.name} ${item.path}`;
    const { success, data, error } = schema.safeParse(item.value);
    if (success) yield* items(data, where);
    else
      yield problem(
        where,
        `This is no conversation of ${service}: ${misfit(error)}.`,
        "Export again, or leave it: the others are imported.",
      );
  }
}
