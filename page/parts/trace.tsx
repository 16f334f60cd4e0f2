import { api } from "../api.js";
import { useLoaded } from "../loading.js";
import { Messages } from "./messages.js";
import { State } from "./state.js";

/** The messages that a memory rests on. */
export const Trace = ({ id }: { id: string }) => (
  <section class="beneath" aria-label="Messages it came from">
    <State of={useLoaded(() => api.sources(id), [id])}>{(messages) => <Messages messages={messages} />}</State>
  </section>
);
