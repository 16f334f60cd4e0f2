import { useEffect, useRef, useState } from "preact/hooks";
import { showNumber, showTime } from "../format.js";
import { TRAIT_MEANING, TRAITS, type Point } from "./traits.js";

const PAGE = 20;

interface Props {
  readonly points: readonly Point[];
  readonly chosen: string | undefined;
  readonly onChoose: (message: string) => void;
}

/** The messages that changed something, newest first: what was said, what it showed, and the score after it. */
export function Evidence({ points, chosen, onChoose }: Props) {
  const [shown, setShown] = useState(PAGE);
  const list = useRef<HTMLOListElement>(null);
  const newest = [...points].reverse();
  const place = newest.findIndex(({ message }) => message === chosen);
  const length = Math.max(shown, place + 1);
  useEffect(() => list.current?.querySelector(".lit")?.scrollIntoView({ block: "nearest" }), [chosen]);
  return (
    <section aria-labelledby="evidence-title">
      <h3 id="evidence-title">Evidence</h3>
      <ol class="evidence" ref={list}>
        {newest.slice(0, length).map(({ message, at, text, seen, scores }) => (
          <li key={message} class={message === chosen ? "lit" : ""}>
            <button type="button" class="quiet small" aria-pressed={message === chosen} onClick={() => onChoose(message)}>
              <time dateTime={new Date(at).toISOString()}>{showTime(at)}</time>
            </button>
            <blockquote dir="auto">{text === "" ? "(the message is no longer kept)" : text}</blockquote>
            <p class="row small">
              {TRAITS.filter((trait) => seen[trait] !== 3).map((trait) => (
                <span class={`badge trait ${trait}`} key={trait}>
                  {TRAIT_MEANING[trait].name} {seen[trait] > 3 ? "↑" : "↓"}{" "}
                  <span class="hidden">
                    {seen[trait] > 3 ? "rises" : "falls"}, shown {seen[trait]}, now{" "}
                  </span>
                  {scores[trait].toFixed(2)}
                </span>
              ))}
            </p>
          </li>
        ))}
      </ol>
      {length < newest.length && (
        <button type="button" class="more" onClick={() => setShown(length + PAGE)}>
          Show {showNumber(Math.min(PAGE, newest.length - length))} more
        </button>
      )}
    </section>
  );
}
