import { useEffect, useState } from "preact/hooks";
import { Empty } from "../parts/empty.js";
import { MemoryList } from "../parts/memory-list.js";

const SHOWN = { current: "What holds now", closed: "No longer true", all: "Both", pinned: "Pinned" } as const;
type Shown = keyof typeof SHOWN;

/** Facts, with their history. */
export function FactsView() {
  const [shown, show] = useState<Shown>("current");
  const [words, setWords] = useState("");
  const [q, setQ] = useState("");
  useEffect(() => {
    const later = setTimeout(() => setQ(words.trim()), 200);
    return () => clearTimeout(later);
  }, [words]);
  const query = {
    status: shown === "pinned" ? "all" : shown,
    ...(shown === "pinned" && { pinned: "true" }),
    ...(q !== "" && { q }),
  };
  return (
    <>
      <div class="filters row" role="search">
        <label class="field grow">
          <span>Filter</span>
          <input
            type="search"
            dir="auto"
            value={words}
            placeholder="Words in the fact"
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Show</span>
          <select value={shown} onChange={(event) => show(event.currentTarget.value as Shown)}>
            {Object.entries(SHOWN).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </div>
      <MemoryList
        kind="fact"
        query={query}
        names={["fact", "facts"]}
        empty={
          q !== "" || shown !== "current" ? (
            <Empty icon="facts" title="No fact fits." />
          ) : (
            <Empty icon="facts" title="No facts yet">
              Tell the assistant something about yourself in the <a href="#/chat">chat</a>.
            </Empty>
          )
        }
      />
    </>
  );
}
