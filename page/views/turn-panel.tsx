import { useEffect, useRef } from "preact/hooks";
import type { Recalled } from "../../src/server/api/schemas.js";
import { count, showDay } from "../format.js";
import { Pictures } from "../parts/pictures.js";
import { Score } from "../parts/score.js";
import type { Turn } from "./chat-turn.js";

/** Beside an answer: what was recalled for it and why, and what was written after it. */
export function TurnPanel({ turn, lit }: { turn: Turn | undefined; lit: string | undefined }) {
  return (
    <aside class="panel" aria-label="Memory of this answer">
      <section aria-labelledby="recalled-title">
        <h2 id="recalled-title">Recalled for this answer</h2>
        {!turn ? (
          <p class="muted">What the answer rests on will appear here.</p>
        ) : (
          <>
            {turn.ms !== undefined && (
              <p class="muted small">
                {turn.recalled.length === 0 ? "Nothing that fits" : count(turn.recalled.length, "memory", "memories")}, in {turn.ms} ms
              </p>
            )}
            {turn.searches.map(({ query, found }, i) => (
              <p class="small" key={i}>
                Searched for “{query}”: {count(found, "hit")}
              </p>
            ))}
            <ol class="cards">
              {[...turn.recalled]
                .sort((a, b) => Number(turn.cited.includes(b.id)) - Number(turn.cited.includes(a.id)))
                .map((memory) => (
                  <RecalledCard key={memory.id} memory={memory} cited={turn.cited.includes(memory.id)} lit={memory.id === lit} />
                ))}
            </ol>
          </>
        )}
      </section>
      <section aria-labelledby="written-title">
        <h2 id="written-title">Written after it</h2>
        {!turn ? (
          <p class="muted">New facts, and what they replaced.</p>
        ) : turn.facts.length === 0 && turn.episodes === 0 ? (
          <p class="muted">{turn.state === "running" ? "Not yet." : "The messages, and nothing new about you."}</p>
        ) : (
          <ul class="written">
            {turn.facts.map(({ id, text, status }) => (
              <li key={id} class={status}>
                <span class="sign" aria-hidden="true">
                  {status === "current" ? "+" : "−"}
                </span>
                <span dir="auto">
                  <span class="hidden">{status === "current" ? "New: " : "No longer true: "}</span>
                  {text}
                </span>
              </li>
            ))}
            {turn.episodes > 0 && <li class="current">{count(turn.episodes, "episode")} filed</li>}
          </ul>
        )}
        {turn?.warnings.map((text, i) => (
          <p class="notice warn small" key={i}>
            {text}
          </p>
        ))}
      </section>
    </aside>
  );
}

/** Labels are written for the model, to whom "you" is the assistant. */
const LABELS: Readonly<Record<string, string>> = {
  fact: "Fact",
  "past fact": "No longer true",
  habit: "Habit or goal",
  "user said": "You said",
  "you said": "Assistant said",
};
const forPeople = (label: string): string => LABELS[label] ?? label.charAt(0).toUpperCase() + label.slice(1);

function RecalledCard({ memory, cited, lit }: { memory: Recalled; cited: boolean; lit: boolean }) {
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (lit) {
      card.current?.scrollIntoView({ block: "nearest" });
      card.current?.focus();
    }
  }, [lit]);
  const { kind, label, at, text, score, why, search, media } = memory;
  return (
    <li ref={card} tabIndex={-1} class={`card recalled${lit ? " lit" : ""}${cited ? " cited" : ""}`}>
      <header class="row small">
        <span class={`badge ${kind}`} dir="auto">
          {forPeople(label)}
        </span>
        {cited && <span class="badge good">Used in the answer</span>}
        <time class="muted" dateTime={new Date(at).toISOString()}>
          {showDay(at)}
        </time>
        {search > 0 && <span class="muted">found by search {search}</span>}
      </header>
      <p class="text" dir="auto">
        {text}
      </p>
      {media && <Pictures images={[media.id]} label={media.label || text} />}
      <details>
        <summary class="small">Why it was recalled</summary>
        <Score score={score} why={why} />
      </details>
    </li>
  );
}
