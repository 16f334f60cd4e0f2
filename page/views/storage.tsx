import { useState } from "preact/hooks";
import type { Status } from "../../src/server/api/schemas.js";
import { api } from "../api.js";
import { count, showBytes, showNumber } from "../format.js";
import { useLoaded } from "../loading.js";
import { Bar } from "../parts/bar.js";
import { Icon } from "../parts/icon.js";
import { State } from "../parts/state.js";
import { attempt, useTell } from "../told.js";
import { Costs } from "./costs.js";
import { Leaving } from "./leaving.js";

/** What the collections of the log are called; the rest is bookkeeping. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  message: "Messages",
  fact: "Facts",
  episode: "Episodes",
  procedure: "Habits and goals",
  observation: "Personality observations",
  extraction: "Proposals for messages",
  consolidation: "Proposals for conversations",
  citation: "Citations",
  pin: "Pins",
  usage: "Model calls",
};

/** Storage and cost; what is still to be done; export and erase. */
export function StorageView({ user }: { user: string }) {
  const loaded = useLoaded(() => api.status(), []);
  const tell = useTell();
  const [busy, setBusy] = useState(false);
  const file = async (): Promise<void> => {
    setBusy(true);
    if (await attempt(tell, () => api.update(), "Memory is up to date.")) await loaded.reload();
    setBusy(false);
  };
  return (
    <State of={loaded}>
      {({ storage, usage, pending }) => (
        <>
          <div class="split">
            <section class="card" aria-labelledby="storage-title">
              <h2 id="storage-title">Storage</h2>
              <Sizes storage={storage} />
            </section>
            <section class="card" aria-labelledby="cost-title">
              <h2 id="cost-title">Cost</h2>
              <Costs usage={usage} />
            </section>
          </div>
          <section class="card" aria-labelledby="pending-title">
            <h2 id="pending-title">Still to be done</h2>
            <p>
              {pending.length === 0
                ? "Nothing: everything that was said is worked into memory."
                : `${count(
                    pending.reduce((sum, { steps }) => sum + steps, 0),
                    "step",
                  )}: facts of new messages, or a conversation that is filed when it has been quiet for a while.`}
            </p>
            <button type="button" disabled={busy || pending.length === 0} onClick={() => void file()}>
              <Icon name="timeline" /> {busy ? "Working …" : "End the conversation and file it now"}
            </button>
          </section>
          <Leaving user={user} onErased={loaded.reload} />
        </>
      )}
    </State>
  );
}

function Sizes({ storage }: { storage: Status["storage"] }) {
  const rows = Object.entries(COLLECTIONS).map(([name, title]) => ({ title, ...(storage[name] ?? { records: 0, bytes: 0 }) }));
  const total = Object.values(storage).reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = Math.max(1, ...rows.map(({ bytes }) => bytes));
  return (
    <table class="score">
      <caption>{showBytes(total)} in all, without indexes</caption>
      <thead class="hidden">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Share</th>
          <th scope="col">Records</th>
          <th scope="col">Size</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ title, records, bytes }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td class="bar">
              <Bar share={bytes / largest} />
            </td>
            <td class="figure">{showNumber(records)}</td>
            <td class="figure">{showBytes(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
