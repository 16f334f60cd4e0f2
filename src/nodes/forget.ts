import { memoriesBlock } from "../../prompts/respond.js";
import { memoryId, parseMemoryId, type MemoryId, type MemoryRecord } from "../domain/record.js";
import { sameText } from "../domain/text.js";
import { PersonaError, reasonOf } from "../errors.js";
import type { UserLog } from "../store/memory-log.js";
import { deleteMemory } from "../upkeep/edit.js";
import { present, rowsOf } from "./present.js";
import type { Memory, Services } from "./services.js";
import { askedKey, shownIn } from "./host-turn.js";
import type { ToolRun } from "./tool-run.js";

/** So many memories are offered to choose from. */
const CHOICES = 6;
/** A deletion waits so long for an update of the same user that is running. */
const PATIENCE_MS = 20_000;

export interface ForgetWish {
  readonly id?: string | null | undefined;
  readonly query?: string | null | undefined;
}

/** Removes one memory for good, and what rests on it. What is not named exactly is shown to choose from, and nothing is removed. */
export async function forget(services: Services, memory: Memory, { id, query }: ForgetWish, run: ToolRun): Promise<string> {
  const user = memory.log.of(run.who.userId);
  if (id) return remove(user, memory, idOf(id, run));
  if (!query?.trim())
    throw new PersonaError({
      code: "FORGET_WHAT",
      message: "Neither an id nor a query was given.",
      fix: "Give the id of one memory, or words to find it by.",
    });
  const asked = askedKey(run.messages);
  const { hits } = await memory.recall.recall(run.who.userId, {
    query,
    // The wish itself is no answer to it.
    exclude: asked === undefined ? [] : [memoryId("message", asked)],
    kinds: ["fact", "message", "episode", "procedure"],
    limit: CHOICES,
    now: run.now,
    timezone: run.who.timezone,
  });
  if (hits.length === 0) return "Nothing was found, and nothing was removed.";
  if (hits.length === 1 && fits(hits[0]!.text, query)) return remove(user, memory, hits[0]!.id);
  const rows = await present(
    hits.filter(({ kind }) => kind !== "episode"),
    { user, shown: [], inPrompt: new Set(), search: 0, room: services.settings.recall.characters },
  );
  return `${hits.length === 1 ? "One memory may" : "Several memories"} fit, and nothing was removed. Call again with the exact id of the one that is meant; ask the user when in doubt.\n${memoriesBlock(
    rowsOf(rows, run.who.timezone).map(([, ...row], i) => [rows[i]!.id, ...row]),
  )}`;
}

/** Whether a memory is plainly the one that was described: most of the words are its own. */
function fits(text: string, query: string): boolean {
  const own = new Set(sameText(text).split(" "));
  const words = [...new Set(sameText(query).split(" "))].filter((word) => word.length > 2);
  return words.length > 0 && words.filter((word) => own.has(word)).length * 2 > words.length;
}

/** An id, or the mark that a memory was shown with. */
function idOf(name: string, { messages, turn }: ToolRun): MemoryId {
  const id = resolveMark(name, { messages, turn });
  if (id) return id;
  throw new PersonaError({
    code: "MEMORY_UNKNOWN",
    message: `There is no memory "${name}".`,
    fix: "Take an id from a search, or give a query.",
  });
}

export function resolveMark(name: string, { messages, turn }: Pick<ToolRun, "messages" | "turn">): MemoryId | undefined {
  const bare = name.trim().replace(/^\[|\]$/g, "");
  return parseMemoryId(bare) ? (bare as MemoryId) : shownIn(messages, turn).find(({ mark }) => mark === bare)?.id;
}

async function remove(user: UserLog, { locks, images }: Memory, id: MemoryId): Promise<string> {
  const { kind, key } = parseMemoryId(id)!;
  const record: MemoryRecord | undefined = await user.get(kind, key);
  if (!record)
    throw new PersonaError({
      code: "MEMORY_UNKNOWN",
      message: `There is no memory "${id}".`,
      fix: "Take an id from a search, or give a query.",
    });
  const lease = await locks.hold(user.userId, "", { waitMs: PATIENCE_MS });
  try {
    await deleteMemory(user, id);
    images.forget(user.userId);
  } finally {
    locks.release(user.userId, lease);
  }
  const left = kind === "fact" ? (await user.getMany("message", record.sources)).filter((message) => message !== undefined) : [];
  const rest =
    left.length > 0
      ? ` What the user said is still in the log: ${left.map((message) => message.id).join(", ")}. To leave no trace, forget that too.`
      : "";
  return `Forgotten: ${id}.${rest}`;
}

export const forgetFailed = (error: unknown): string => `Nothing was removed: ${reasonOf(error)}`;
