import type { Memory } from "../../src/server/api/schemas.js";
import { showTime } from "../format.js";
import { Pictures } from "./pictures.js";

const WHO: Readonly<Record<string, string>> = { user: "You", assistant: "Assistant", tool: "Tool", system: "System", record: "Record" };

/** What was said, word for word. */
export const Messages = ({ messages }: { messages: readonly Memory[] }) =>
  messages.length === 0 ? (
    <p class="muted">No message is kept behind it: it was entered by hand, or the message was erased.</p>
  ) : (
    <ol class="messages">
      {messages.map(({ id, text, at, role = "user", speaker, trust, images }) => (
        <li key={id} class={role === "user" ? "mine" : ""}>
          <p class="muted small">
            {speaker ?? WHO[role] ?? role} · <time dateTime={new Date(at).toISOString()}>{showTime(at)}</time>
            {trust && " · pasted, not their own words"}
          </p>
          <p class="said" dir="auto">
            {text}
          </p>
          <Pictures images={images} label={text} />
        </li>
      ))}
    </ol>
  );
