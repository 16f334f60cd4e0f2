import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StoredMessage } from "@langchain/core/messages";
import { z } from "zod";

/** One answer of a model, kept under a digest of everything it was made from. */
export const CallSchema = z.object({
  model: z.string(),
  message: z.custom<StoredMessage>((value) => typeof (value as StoredMessage | null)?.type === "string"),
  input: z.number(),
  output: z.number(),
  /** Whether the tokens were counted here, as the model reported none. */
  counted: z.boolean(),
  ms: z.number(),
});
export type Call = z.infer<typeof CallSchema>;

export interface CallStore {
  get(key: string): Promise<Call | undefined>;
  put(key: string, call: Call): Promise<void>;
}

/** A folder with a file a call. Several processes may share it; a file that cannot be read is no entry. */
export class FolderCalls implements CallStore {
  readonly #folder: string;
  #writes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(key: string): Promise<Call | undefined> {
    try {
      const read = CallSchema.safeParse(JSON.parse(await readFile(this.#path(key), "utf8")));
      return read.success ? read.data : undefined;
    } catch {
      return undefined;
    }
  }

  async put(key: string, call: Call): Promise<void> {
    const path = this.#path(key);
    await mkdir(join(path, ".."), { recursive: true });
    const temporary = `${path}.${process.pid}.${this.#writes++}`;
    await writeFile(temporary, JSON.stringify(call));
    await rename(temporary, path);
  }

  #path = (key: string): string => join(this.#folder, key.slice(0, 2), `${key}.json`);
}
