import { api } from "../api.js";
import { showDay } from "../format.js";
import { useLoaded } from "../loading.js";
import { State } from "./state.js";

/** What a fact replaced and what replaced it, and when. */
export const History = ({ id }: { id: string }) => (
  <section class="beneath" aria-label="History">
    <State of={useLoaded(() => api.history(id), [id])}>
      {(chain) => (
        <ol class="history">
          {chain.map((fact) => (
            <li key={fact.id} class={fact.status}>
              <p class="muted small">
                {fact.status === "current"
                  ? `Since ${showDay(fact.at)}, holds now`
                  : `${showDay(fact.at)} to ${showDay(fact.validTo ?? fact.at)}`}
              </p>
              <p dir="auto">
                {fact.text}
                {fact.id === id && chain.length > 1 && <span class="muted"> (this one)</span>}
              </p>
            </li>
          ))}
          {chain.length === 1 && <li class="muted plain">It has not changed.</li>}
        </ol>
      )}
    </State>
  </section>
);
