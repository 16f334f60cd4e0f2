import { readFile } from "node:fs/promises";
import { z } from "zod";
import { Misuse } from "../command.js";

/** A JSON file that somebody wrote by hand, with its text. @throws Misuse that names what is wrong with it */
export async function checkedFile<T>(file: string, schema: z.ZodType<T>, what: string): Promise<{ value: T; source: string }> {
  const source = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Misuse(error.code === "ENOENT" ? `There is no ${file}.` : error.message);
  });
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch (error) {
    throw new Misuse(`${file} is no JSON: ${(error as Error).message}`);
  }
  const read = schema.safeParse(json);
  if (!read.success) throw new Misuse(`${file} is no ${what}: ${z.prettifyError(read.error)}`);
  return { value: read.data, source };
}
