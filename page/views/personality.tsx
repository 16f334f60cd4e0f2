import { useState } from "preact/hooks";
import { TRAITS, type Personality } from "./traits.js";
import { api } from "../api.js";
import { count } from "../format.js";
import { useLoaded } from "../loading.js";
import { Bar } from "../parts/bar.js";
import { Confirm } from "../parts/confirm.js";
import { Empty } from "../parts/empty.js";
import { EvolutionChart } from "../parts/evolution-chart.js";
import { RadarChart } from "../parts/radar-chart.js";
import { State } from "../parts/state.js";
import { attempt, useTell } from "../told.js";
import { Evidence } from "./evidence.js";
import { TRAIT_MEANING } from "./traits.js";

/** The Big Five: as they stand, how they came about, and the evidence under each change. */
export function PersonalityView() {
  const loaded = useLoaded(() => api.personality(), []);
  return <State of={loaded}>{(personality) => <Shown personality={personality} onChange={loaded.reload} />}</State>;
}

function Shown({ personality, onChange }: { personality: Personality; onChange: () => Promise<void> }) {
  const { on, scores, turns, points } = personality;
  const tell = useTell();
  const [resetting, setResetting] = useState(false);
  const [point, choose] = useState<string>();
  const edit = async (body: Parameters<typeof api.editPersonality>[0], done: string): Promise<void> => {
    if (await attempt(tell, () => api.editPersonality(body), done)) await onChange();
  };
  return (
    <>
      <div class="row between">
        <p class="muted">
          {on
            ? `From ${count(turns, "message")}, ${count(points.length, "one", "ones").replace(/ ones?$/, "")} of which showed something. 3 is average or unknown.`
            : "Switched off: nothing is inferred, and answers are not aligned to it."}
        </p>
        <div class="row">
          <button type="button" onClick={() => void edit({ on: !on }, on ? "Switched off." : "Switched on.")}>
            {on ? "Switch off" : "Switch on"}
          </button>
          <button type="button" disabled={turns === 0} onClick={() => setResetting(true)}>
            Start afresh
          </button>
        </div>
      </div>
      <div class="split">
        <section class="card" aria-labelledby="now-title">
          <h2 id="now-title">Now</h2>
          <RadarChart scores={scores} />
          <table class="score traits">
            <caption class="hidden">Scores from 1 to 5</caption>
            <tbody>
              {TRAITS.map((trait) => (
                <tr key={trait}>
                  <th scope="row">
                    {TRAIT_MEANING[trait].name}
                    <span class="muted small block">{TRAIT_MEANING[trait].high}</span>
                  </th>
                  <td class="bar">
                    <Bar share={(scores[trait] - 1) / 4} />
                  </td>
                  <td class="figure">{scores[trait].toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <section class="card" aria-labelledby="time-title">
          <h2 id="time-title">Over time</h2>
          {points.length === 0 ? (
            <Empty icon="personality" title="No message has shown anything yet." />
          ) : (
            <>
              <EvolutionChart points={points} chosen={point} onChoose={choose} />
              <Evidence points={points} chosen={point} onChoose={choose} />
            </>
          )}
        </section>
      </div>
      {resetting && (
        <Confirm
          title="Start afresh?"
          action="Start afresh"
          onConfirm={() => edit({ reset: true }, "Observations count from now on.")}
          onClose={() => setResetting(false)}
        >
          <p>Every trait goes back to 3, and only what you say from now on counts. Your messages and facts stay.</p>
        </Confirm>
      )}
    </>
  );
}
