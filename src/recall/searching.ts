import type { FactRecord } from "../domain/fact.js";
import type { RecallHit, RecallResult, TimeWindow } from "../domain/recall.js";
import { parseMemoryId, type MemoryId, type MemoryKind } from "../domain/record.js";
import type { MemoryLog } from "../store/memory-log.js";
import { anchorFrom, anchorNamesIn } from "./anchors.js";
import type { IndexAnswer, IndexQuery, MemoryIndex } from "./index-port.js";
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
    const hits = pick(judged, asked);
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
        const records = candidates.map(({ record }) => record);
        return anchorFrom(name, [...records.filter(({ kind }) => kind === "fact"), ...records.filter(({ kind }) => kind !== "fact")]);
      }),
    );
    return readSpans(
      query,
      now,
      timezone,
      anchors.filter((anchor) => anchor !== undefined),
    ).spans;
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
  async #replacements({ candidates }: IndexAnswer): Promise<ReadonlyMap<MemoryId, FactRecord>> {
    const here = new Map(candidates.map(({ record }) => [record.id, record]));
    const wanted = candidates
      .slice(0, 50)
      .flatMap(({ record }) => ((record as FactRecord).supersededBy ? [(record as FactRecord).supersededBy!] : []));
    const missing = [...new Set(wanted)].filter((id) => !here.has(id));
    const fetched = await this.log.of(this.userId).getMany(
      "fact",
      missing.map((id) => parseMemoryId(id)!.key),
    );
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
