import { useState } from "preact/hooks";
import { Icon } from "./icon.js";

export const VIEWS = [
  { name: "chat", title: "Chat", about: "Talk, and watch what is recalled and what is written." },
  { name: "profile", title: "Profile", about: "Who you are, in a few lines that stand before every answer." },
  { name: "facts", title: "Facts", about: "What is known about you, what it replaced, and when." },
  { name: "timeline", title: "Timeline", about: "What was talked about, conversation by conversation." },
  { name: "habits", title: "Habits", about: "What you do regularly, and what you want to reach." },
  { name: "personality", title: "Personality", about: "How you come across, and which messages say so." },
  { name: "search", title: "Search", about: "Find anything, and see why it was found." },
  { name: "storage", title: "Storage", about: "What it takes, what it cost, and how to take it away." },
] as const;
export type View = (typeof VIEWS)[number]["name"];

/** All views; on a narrow screen behind a button. */
export function Navigation({ view }: { view: View }) {
  const [open, setOpen] = useState(false);
  return (
    <nav aria-label="Views" class={open ? "open" : ""}>
      <button type="button" class="menu" aria-expanded={open} aria-controls="views" onClick={() => setOpen(!open)}>
        <Icon name="menu" /> Menu
      </button>
      <ul id="views">
        {VIEWS.map(({ name, title }) => (
          <li key={name}>
            <a href={`#/${name}`} {...(name === view && { "aria-current": "page" as const })} onClick={() => setOpen(false)}>
              <Icon name={name} />
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
