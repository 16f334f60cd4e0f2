import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import type { FactRecord } from "../domain/fact.js";
import type { RecallHit, RecallRequest, RecallResult, TimeWindow } from "../domain/recall.js";
import { parseMemoryId, type MemoryId, type MemoryKind } from "../domain/record.js";
import { systemClock, type Clock } from "../domain/time.js";
import { PersonaError, reasonOf } from "../errors.js";
import type { MemoryLog } from "../store/memory-log.js";
import { userKey } from "../store/namespace.js";
import { anchorFrom, anchorNamesIn } from "./anchors.js";
import { Embedder } from "./embedder.js";
import { Follower } from "./follow.js";
import type { IndexAnswer, IndexQuery, MemoryIndex, Recall } from "./index-port.js";
import { LocalIndex } from "./local-index.js";
import { whyOf, WEIGHTS, type Weights } from "./ranking.js";
import { orderHits, type Judged } from "./order.js";
import type { Strengths } from "./strength.js";
import { readSpans, type Span } from "./time-window.js";
import type { VectorStore } from "./vector-store.js";
import { widenings } from "./widening.js";

export interface RecallOptions {
  readonly log: MemoryLog;
  readonly clock?: Clock | undefined;
  /** Default: `LocalIndex`. */
  readonly index?: MemoryIndex | undefined;
  readonly embeddings?: EmbeddingsInterface | undefined;
  /** Names the embedding model; default: its class and `model` field. Another name means embedding anew. */
  readonly embeddingModel?: string | undefined;
  /** Where embeddings are kept over a restart; without one they are made again. */
  readonly vectorStore?: VectorStore | undefined;
  /** Bytes that the local indexes of all users may take. */
  readonly maxBytes?: number | undefined;
  readonly weights?: Partial<Weights> | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

const DEFAULT_KINDS: readonly MemoryKind[] = ["message", "fact", "episode"];
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1_000;
/** Ranking beyond words looks at so many candidates. */
const CANDIDATES = 120;
/** Largest time that Date can hold. */
const CALENDAR = 8.64e15;

/** The search engine over a log: local and exact unless another index is given. */
export function createRecall(options: RecallOptions): Recall {
  const { log, clock = systemClock } = options;
  const weights = { ...WEIGHTS, ...options.weights };
  const warn = options.onWarning ?? ((message: string) => process.emitWarning(message));
  const { embeddings, vectorStore: store } = options;
  const embedder =
    embeddings &&
    new Embedder({ embeddings, store, model: options.embeddingModel ?? nameOf(embeddings), onError: (thrown) => warn(`Embedding failed, recall goes on by words: ${reasonOf(thrown)}`) });
  const index = options.index ?? new LocalIndex({ embedder, weights, ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }) });
  const follower = new Follower(log, index, clock);
  return {
    recall: async (userId, request) => {
      userKey(userId);
      const asked = check(request);
      if (asked.limit === 0) return { hits: [], beyond: 0 };
      const strengths = await follower.follow(userId);
      return new Search(log, index, weights, userId, asked).run(strengths);
    },
    drop: async (userId) => {
      userKey(userId);
      follower.forget(userId);
      await index.drop(userId);
    },
    close: () => index.close(),
  };
}

const nameOf = (embeddings: EmbeddingsInterface): string => {
  const { model, modelName } = embeddings as { model?: unknown; modelName?: unknown };
  return [embeddings.constructor.name, model ?? modelName].filter((part) => typeof part === "string").join(":");
};

type Asked = RecallRequest & { readonly limit: number };

function check(request: RecallRequest): Asked {
  const { limit = DEFAULT_LIMIT, window, now, query } = request;
  const refuse = (what: string, fix: string): never => {
    throw new PersonaError({ code: "RECALL_REQUEST", message: what, fix });
  };
  if (typeof query !== "string") refuse("The query is no text.", "Give `query` as a string.");
  if (!Number.isInteger(limit) || limit < 0) refuse(`The limit ${limit} is no count.`, "Give a whole number of memories, or leave it out.");
  if (!isTime(now)) refuse(`The present, ${now}, is no time.`, "Give `now` in epoch ms.");
  for (const time of [window?.from, window?.to]) if (time !== undefined && !isTime(time)) refuse(`${time} lies beyond the calendar.`, "Give the window in epoch ms.");
  if (window?.from !== undefined && window.to !== undefined && window.from > window.to) {
    refuse(`The window ends (${new Date(window.to).toISOString()}) before it starts (${new Date(window.from).toISOString()}).`, "Swap from and to.");
  }
  return { ...request, limit: Math.min(limit, MAX_LIMIT) };
}

const isTime = (time: number): boolean => Number.isFinite(time) && Math.abs(time) <= CALENDAR;

/** One search, from the question to the hits. */
class Search {
  readonly #base: Omit<IndexQuery, "window">;

  constructor(
    readonly log: MemoryLog,
    readonly index: MemoryIndex,
    readonly weights: Weights,
    readonly userId: string,
    readonly asked: Asked,
  ) {
    const { query, keywords = [], kinds = DEFAULT_KINDS, exclude = [], limit } = asked;
    this.#base = { query, keywords, kinds: new Set(kinds), exclude: new Set(exclude), limit: Math.max(CANDIDATES, 2 * limit) };
  }

  async run(strengths: Strengths): Promise<RecallResult> {
    const { asked } = this;
    const spans = await this.#spans();
    const { answer, window } = await this.#find(spans);
    const judged = orderHits(answer.candidates, { spans, strengths, replaced: await this.#replacements(answer), weights: this.weights, now: asked.now });
    const hits = pick(judged, asked);
    return { hits, beyond: Math.max(0, answer.total - hits.length), ...(window && { window }) };
  }

  async #spans(): Promise<readonly Span[]> {
    const { query, now, timezone = "UTC" } = this.asked;
    const anchors = await Promise.all(
      anchorNamesIn(query).map(async (name) => {
        const { candidates } = await this.index.search(this.userId, { query: `my ${name}`, keywords: [], kinds: new Set(["fact", "message"]), exclude: new Set(), limit: 20 });
        const records = candidates.map(({ record }) => record);
        return anchorFrom(name, [...records.filter(({ kind }) => kind === "fact"), ...records.filter(({ kind }) => kind !== "fact")]);
      }),
    );
    return readSpans(query, now, timezone, anchors.filter((anchor) => anchor !== undefined)).spans;
  }

  /** A stated window holds unless it is empty; one that the question implies only serves when no word finds anything. */
  async #find(spans: readonly Span[]): Promise<{ answer: IndexAnswer; window?: RecallResult["window"] }> {
    const { window } = this.asked;
    if (!window || (window.from === undefined && window.to === undefined)) {
      const answer = await this.index.search(this.userId, this.#base);
      return answer.candidates.length > 0 || spans.length === 0 ? { answer } : { answer: await this.#within(spans[0]!) };
    }
    for (const { span, note } of widenings(window)) {
      const answer = span ? await this.#within(span) : await this.index.search(this.userId, this.#base);
      if (!span || answer.inWindow > 0) return { answer, window: { ...span, widened: note !== undefined, ...(note !== undefined && { note }) } };
    }
    throw new Error("unreachable: the last widening has no window");
  }

  #within(window: TimeWindow): Promise<IndexAnswer> {
    return this.index.search(this.userId, { ...this.#base, window });
  }

  /** The facts that replaced the closed ones among the candidates, found or not. */
  async #replacements({ candidates }: IndexAnswer): Promise<ReadonlyMap<MemoryId, FactRecord>> {
    const here = new Map(candidates.map(({ record }) => [record.id, record]));
    const wanted = candidates.slice(0, 50).flatMap(({ record }) => ((record as FactRecord).supersededBy ? [(record as FactRecord).supersededBy!] : []));
    const missing = [...new Set(wanted)].filter((id) => !here.has(id));
    const fetched = await this.log.of(this.userId).getMany("fact", missing.map((id) => parseMemoryId(id)!.key));
    const known = new Map<MemoryId, FactRecord>();
    for (const id of wanted) if (here.has(id)) known.set(id, here.get(id) as FactRecord);
    for (const fact of fetched) if (fact && !this.#base.exclude.has(fact.id) && this.#base.kinds.has("fact")) known.set(fact.id, fact);
    return known;
  }
}

function pick(judged: readonly Judged[], { limit, quotas = {} }: Asked): RecallHit[] {
  const left = new Map(Object.entries(quotas));
  const hits: RecallHit[] = [];
  for (const { record, score, parts } of judged) {
    if (hits.length === limit) break;
    const room = left.get(record.kind) ?? Infinity;
    if (room <= 0) continue;
    left.set(record.kind, room - 1);
    const { id, kind, text, at, sources } = record;
    hits.push({ id, kind, text, at, score, why: whyOf(parts()), sources, record });
  }
  return hits;
}
