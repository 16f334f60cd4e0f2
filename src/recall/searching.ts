import type { RecallHit, RecallResult, TimeWindow } from "../domain/recall.js";
import type { MemoryId, MemoryKind, MemoryRecord } from "../domain/record.js";
import type { MemoryLog } from "../store/memory-log.js";
import { anchorFrom, anchorNamesIn } from "./anchors.js";
import type { IndexAnswer, IndexQuery, Memory, MemoryIndex } from "./index-port.js";
import { readRecords } from "./news.js";
import { orderHits, type Judged } from "./order.js";
import { whyOf, type Weights } from "./ranking.js";
import type { Asked } from "./request.js";
import type { Strengths } from "./strength.js";
import { readSpans, type Span } from "./time-window.js";
import { widenings } from "./widening.js";

const DEFAULT_KINDS: readonly MemoryKind[] = ["message", "fact", "episode"];
/** Ranking beyond words looks at so many candidates. */
const CANDIDATES = 120;

/** One search, from the question to the hits. */
export class Searching {
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
    const judged = orderHits(answer.candidates, {
      spans,
      strengths,
      replaced: await this.#replacements(answer),
      weights: this.weights,
      now: asked.now,
    });
    const hits = await this.#hits(pick(judged, asked));
    return { hits, beyond: Math.max(0, answer.total - hits.length), ...(window && { window }) };
  }

  async #spans(): Promise<readonly Span[]> {
    const { query, now, timezone = "UTC" } = this.asked;
    const anchors = await Promise.all(
      anchorNamesIn(query).map(async (name) => {
        const { candidates } = await this.index.search(this.userId, {
          query: `my ${name}`,
          keywords: [],
          kinds: new Set(["fact", "message"]),
          exclude: new Set(),
          limit: 20,
        });
        const records = await this.#records(candidates.map(({ memory }) => memory));
        return anchorFrom(name, [...records.filter(({ kind }) => kind === "fact"), ...records.filter(({ kind }) => kind !== "fact")]);
      }),
    );
    const reading = await readSpans(
      query,
      now,
      timezone,
      anchors.filter((anchor) => anchor !== undefined),
    );
    return reading.spans;
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
      if (!span || answer.inWindow > 0)
        return { answer, window: { ...span, widened: note !== undefined, ...(note !== undefined && { note }) } };
    }
    throw new Error("unreachable: the last widening has no window");
  }

  #within(window: TimeWindow): Promise<IndexAnswer> {
    return this.index.search(this.userId, { ...this.#base, window });
  }

  /** The facts that replaced the closed ones among the candidates, found or not. */
  async #replacements({ candidates }: IndexAnswer): Promise<ReadonlyMap<MemoryId, Memory>> {
    const here = new Map(candidates.map(({ memory }) => [memory.id, memory]));
    const wanted = new Set(candidates.slice(0, 50).flatMap(({ memory }) => memory.supersededBy ?? []));
    const known = new Map<MemoryId, Memory>();
    for (const id of wanted) if (here.has(id)) known.set(id, here.get(id)!);
    const missing = [...wanted].filter((id) => !here.has(id) && !this.#base.exclude.has(id) && this.#base.kinds.has("fact"));
    for (const record of await readRecords(this.log, this.userId, missing)) if (record) known.set(record.id, { ...record, record });
    return known;
  }

  async #hits(picked: readonly Judged[]): Promise<RecallHit[]> {
    const records = new Map((await this.#records(picked.map(({ memory }) => memory))).map((record) => [record.id, record]));
    return picked.flatMap(({ memory, score, parts }) => {
      const record = records.get(memory.id);
      if (!record) return [];
      const { id, kind, text, at, sources } = record;
      return [{ id, kind, text, at, score, why: whyOf(parts()), sources, record }];
    });
  }

  /** Without those that were removed this very moment. */
  async #records(memories: readonly Memory[]): Promise<MemoryRecord[]> {
    const missing = memories.filter(({ record }) => !record).map(({ id }) => id);
    const fetched = new Map(
      (await readRecords(this.log, this.userId, missing)).flatMap((record) => (record ? [[record.id, record] as const] : [])),
    );
    return memories.flatMap(({ id, record }) => record ?? fetched.get(id) ?? []);
  }
}

function pick(judged: readonly Judged[], { limit, quotas = {} }: Asked): Judged[] {
  const left = new Map(Object.entries(quotas));
  const picked: Judged[] = [];
  for (const each of judged) {
    if (picked.length === limit) break;
    const room = left.get(each.memory.kind) ?? Infinity;
    if (room <= 0) continue;
    left.set(each.memory.kind, room - 1);
    picked.push(each);
  }
  return picked;
}
