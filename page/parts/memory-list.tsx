import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Kind, Memory } from "../../src/server/api/schemas.js";
import { api } from "../api.js";
import { count, showNumber } from "../format.js";
import { useLoaded } from "../loading.js";
import { AlsoInProfile } from "./also-in-profile.js";
import { MemoryCard } from "./memory-card.js";
import { State } from "./state.js";

const PAGE = 50;

interface Props {
  readonly kind: Kind;
  readonly query?: Readonly<Record<string, string>>;
  /** Shown when there is none. */
  readonly empty: ComponentChildren;
  /** What the list counts, one and many. */
  readonly names: readonly [one: string, many: string];
  /** A heading before the first memory and wherever it changes. */
  readonly heading?: (memory: Memory) => string;
}

/** Memories of a kind, fifty at a time, so that a thousand cost no more than what is looked at. */
export function MemoryList({ kind, query = {}, empty, names, heading }: Props) {
  const key = JSON.stringify(query);
  const [shown, setShown] = useState({ key, pages: 1 });
  const [corrected, setCorrected] = useState<Memory>();
  const pages = shown.key === key ? shown.pages : 1;
  const loaded = useLoaded(async () => {
    const parts = await Promise.all(
      Array.from({ length: pages }, (_, i) => api.memories(kind, { ...query, limit: PAGE, offset: i * PAGE })),
    );
    return { items: parts.flatMap(({ items }) => items), total: parts[0]!.total };
  }, [kind, key, pages]);
  return (
    <State of={loaded}>
      {({ items, total }) =>
        total === 0 ? (
          empty
        ) : (
          <>
            {corrected && <AlsoInProfile key={corrected.id} sources={corrected.sources} />}
            <p class="muted small" role="status">
              {items.length < total ? `${showNumber(items.length)} of ${count(total, ...names)}` : count(total, ...names)}
            </p>
            <ul class="cards">
              {items.map((memory, i) => {
                const title = heading?.(memory);
                return (
                  <li key={memory.id}>
                    {title !== undefined && (i === 0 || heading!(items[i - 1]!) !== title) && <h2 class="month">{title}</h2>}
                    <MemoryCard memory={memory} onChange={loaded.reload} onCorrect={setCorrected} />
                  </li>
                );
              })}
            </ul>
            {items.length < total && (
              <button type="button" class="more" onClick={() => setShown({ key, pages: pages + 1 })}>
                Show {showNumber(Math.min(PAGE, total - items.length))} more
              </button>
            )}
          </>
        )
      }
    </State>
  );
}
