import { useState } from "preact/hooks";
import { api } from "../api.js";
import { count } from "../format.js";
import { Confirm } from "../parts/confirm.js";
import { Icon } from "../parts/icon.js";
import { attempt, useTell } from "../told.js";
import { restart } from "./conversation.js";

/** Take everything along, and have everything forgotten. */
export function Leaving({ user, onErased }: { user: string; onErased: () => Promise<void> }) {
  const tell = useTell();
  const [asking, ask] = useState(false);
  const download = async (): Promise<void> => {
    const url = URL.createObjectURL(await api.export());
    const link = document.createElement("a");
    link.href = url;
    link.download = "personagraph-export.jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const erase = async (): Promise<void> => {
    await attempt(tell, async () => {
      const { messages, facts, episodes, threads } = await api.erase(user);
      restart(user);
      tell(
        `Erased: ${count(messages, "message")}, ${count(facts, "fact")}, ${count(episodes, "episode")}, ${count(threads, "conversation")}.`,
        "good",
      );
      await onErased();
    });
  };
  return (
    <section class="card" aria-labelledby="leaving-title">
      <h2 id="leaving-title">Your data</h2>
      <p>The export is one JSON record a line, and can be read in again here or elsewhere.</p>
      <div class="row">
        <button type="button" onClick={() => void attempt(tell, download, "The export is in your downloads.")}>
          <Icon name="down" /> Export everything
        </button>
        <button type="button" class="danger" onClick={() => ask(true)}>
          <Icon name="trash" /> Erase everything …
        </button>
      </div>
      {asking && (
        <Confirm title="Erase everything?" action="Erase everything" typed={user} onConfirm={erase} onClose={() => ask(false)}>
          <p>
            All messages, facts, episodes, habits, the profile and the personality will be gone for good, and the conversations of this page
            with them. There is no way back. Export first, if you may want it again.
          </p>
        </Confirm>
      )}
    </section>
  );
}
