import { useState } from "preact/hooks";
import { chooseUser, keepToken } from "../who.js";

export interface Door {
  /** `user`: a name is enough on this machine; `token`: the server wants to see one; `again`: it could not be asked. */
  readonly asks: "user" | "token" | "again";
  readonly message?: string;
}

/** Before anything is shown: whose memory it is, or a token that says so. */
export function SignIn({ door: { asks, message }, onEnter }: { door: Door; onEnter: () => Promise<void> }) {
  const [text, setText] = useState("");
  const enter = (event: Event): void => {
    event.preventDefault();
    const given = text.trim();
    if (asks === "user") chooseUser(given);
    if (asks === "token") keepToken(given);
    void onEnter();
  };
  return (
    <main class="door">
      <form class="card" onSubmit={enter}>
        <img src="/persona/assets/icon.svg" alt="" width="48" height="48" />
        <h1>persona</h1>
        <p class="muted">See what is remembered of you, and put it right.</p>
        {message !== undefined && (
          <p class="notice bad" role="alert">
            {message}
          </p>
        )}
        {asks === "user" && (
          <label class="field">
            <span>Whose memory?</span>
            <input
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
              placeholder="ada"
              autocomplete="username"
              dir="auto"
            />
          </label>
        )}
        {asks === "token" && (
          <label class="field">
            <span>Access token</span>
            <input type="password" value={text} onInput={(event) => setText(event.currentTarget.value)} autocomplete="off" />
          </label>
        )}
        <button type="submit" class="primary" disabled={asks !== "again" && text.trim() === ""}>
          {asks === "again" ? "Try again" : "Open"}
        </button>
        {asks === "token" && <p class="muted small">It is kept until you close this tab.</p>}
      </form>
    </main>
  );
}
