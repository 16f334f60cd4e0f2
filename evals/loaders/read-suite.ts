import { existsSync, statSync } from "node:fs";
import type { Conversation, LoaderOptions, Report } from "../suite.js";
import { LOADERS, type SuiteName } from "./index.js";
import { PREFEVAL_VARIANTS } from "./prefeval.js";

/** The data cannot be used as they are; the message names every place. */
export class BadData extends Error {}

const FOLDERS: readonly SuiteName[] = ["beam", "personabench"];
const FILES: readonly SuiteName[] = ["locomo", "longmemeval", "memqa", "persona-mme", "personamem", "personamem-v2"];
const VARIANTS: Partial<Record<SuiteName, readonly string[]>> = {
  personabench: ["0.0", "0.3", "0.5", "0.7"],
  "personamem-v2": ["32k", "128k"],
  prefeval: PREFEVAL_VARIANTS,
};

/** A data set as it is distributed, one conversation after the other. @throws BadData where it is not what the suite takes */
export function readSuite(suite: SuiteName, path: string, report: Report, options: LoaderOptions = {}): AsyncIterable<Conversation> {
  if (!existsSync(path)) throw new BadData(`There is no ${path}.`);
  const isFolder = statSync(path).isDirectory();
  if (isFolder && FILES.includes(suite)) throw new BadData(`${path} is a folder; ${suite} takes the file in it, see docs/evals.md.`);
  if (!isFolder && FOLDERS.includes(suite)) throw new BadData(`${path} is a file; ${suite} takes its folder, see docs/evals.md.`);
  const { variant } = options;
  const known = VARIANTS[suite] ?? [];
  if (variant !== undefined && !known.includes(variant))
    throw new BadData(
      `${suite} has no variant "${variant}"; ${known.length === 0 ? "it has none at all" : `there are ${known.join(", ")}`}.`,
    );
  return LOADERS[suite](path, report, options);
}
