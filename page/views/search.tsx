import { useEffect, useState } from "preact/hooks";
import type { Kind } from "../../src/server/api/schemas.js";
import { api } from "../api.js";
import { count, showDay, timezone } from "../format.js";
import { useLoaded } from "../loading.js";
import { Empty } from "../parts/empty.js";
import { KIND_NAMES, MemoryCard } from "../parts/memory-card.js";
import { Score } from "../parts/score.js";
import { State } from "../parts/state.js";

const KINDS = Object.keys(KIND_NAMES) as Kind[];

/** The search that answers use, with the parts of each score. */
export function SearchView({ query }: { query: URLSearchParams }) {
  const q = query.get("q") ?? "";
  const kinds = query.getAll("kind") as Kind[];
  const [draft, setDraft] = useState(q);
  useEffect(() => setDraft(q), [q]);
  const go = (text: string, wanted: readonly Kind[]): void => {
    location.hash = `#/search?${new URLSearchParams([["q", text], ...wanted.map((kind): [string, string] => ["kind", kind])]).toString()}`;
  };
  const loaded = useLoaded(
    async () => (q === "" ? null : api.search({ query: q, timezone: timezone(), limit: 20, ...(kinds.length > 0 && { kinds }) })),
    [q, kinds.join()],
  );
  return (
    <>
      <form
        class="filters row"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          go(draft.trim(), kinds);
        }}
      >
        <label class="field grow">
          <span>Search memory</span>
          <input
            type="search"
            dir="auto"
            value={draft}
            placeholder="What did I say about Lisbon last month?"
            onInput={(event) => setDraft(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={draft.trim() === ""}>
          Search
        </button>
      </form>
      <fieldset class="row kinds">
        <legend class="hidden">Only these kinds</legend>
        {KINDS.map((kind) => (
          <label key={kind} class="check">
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={() => go(q, kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind])}
            />
            {KIND_NAMES[kind]}
          </label>
        ))}
      </fieldset>
      <State of={loaded}>
        {(result) =>
          result === null ? (
            <Empty icon="search" title="Search everything that is remembered">
              Words, or a time such as “last week”. The result shows what each score is made of.
            </Empty>
          ) : result.hits.length === 0 ? (
            <Empty icon="search" title="Nothing fits." />
          ) : (
            <>
              <p class="muted small" role="status">
                {count(result.hits.length, "hit")} in {result.ms.toFixed(1)} ms{result.beyond > 0 && `, and ${result.beyond} more`}
              </p>
              {result.window && (
                <p class="small">
                  Asked about {result.window.from === undefined ? "the past" : showDay(result.window.from)}
                  {result.window.to !== undefined && ` to ${showDay(result.window.to - 1)}`}. {result.window.note}
                </p>
              )}
              <h2 class="hidden">Results</h2>
              <ol class="cards">
                {result.hits.map(({ memory, score, why }) => (
                  <li key={memory.id}>
                    <MemoryCard memory={memory} onChange={loaded.reload}>
                      <Score score={score} why={why} />
                    </MemoryCard>
                  </li>
                ))}
              </ol>
            </>
          )
        }
      </State>
    </>
  );
}
