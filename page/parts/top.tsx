import { useState } from "preact/hooks";
import type { Me } from "../../src/server/api/schemas.js";
import { applyTheme, theme, THEMES, type Theme } from "../theme.js";

/** Whose memory it is, which model answers, and light or dark. */
export function Top({ me, onLeave, onSkip }: { me: Me; onLeave: () => void; onSkip: () => void }) {
  const [chosen, choose] = useState(theme);
  return (
    <header class="top">
      <a class="skip" href="#" onClick={(event) => (event.preventDefault(), onSkip())}>
        Skip to content
      </a>
      <p class="brand">
        <img src="/persona/assets/icon.svg" alt="" width="28" height="28" /> persona
      </p>
      <p class="whose">
        <span class="muted">Memory of</span>{" "}
        <strong dir="auto" title={me.user}>
          {me.user}
        </strong>
        <button type="button" class="quiet small" onClick={onLeave}>
          {me.authenticated ? "Sign out" : "Change"}
        </button>
      </p>
      <p class="muted small model" title="The model that answers">
        {me.model === "keyless" ? "Keyless rules, no language model" : me.model}
      </p>
      <label class="small theme">
        <span class="hidden">Colours</span>
        <select
          value={chosen}
          onChange={(event) => {
            const name = event.currentTarget.value as Theme;
            applyTheme(name);
            choose(name);
          }}
        >
          {THEMES.map((name) => (
            <option key={name} value={name}>
              {name === "system" ? "As system" : name === "light" ? "Light" : "Dark"}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}
