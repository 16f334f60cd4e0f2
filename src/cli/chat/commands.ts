import { randomUUID } from "node:crypto";
import type { PersonaMemory, Recalled } from "../../index.js";

/** One conversation, and what /recalled tells of its last answer. */
export interface Chat {
  readonly userId: string;
  readonly memory: PersonaMemory;
  readonly out: (text: string) => void;
  thread: string;
  recalled: readonly Recalled[];
  cited: readonly string[];
}

export type Command = (chat: Chat, words: readonly string[]) => Promise<void> | void;

export const HELP = `/recalled what the last answer rests on · /profile what is known of you · /personality [off|on|reset]
/image <file> [words] send an image · /new another thread · /end end and file the conversation · /help · /quit`;

/** Sweden writes the local day as ISO 8601 does. */
const day = (at: number): string => new Date(at).toLocaleDateString("sv-SE");
const lines = (list: readonly string[], none: string): string =>
  list.length > 0 ? list.map((line) => `  ${line}\n`).join("") : `  ${none}\n`;

/** Everything but /quit, which ends the loop itself. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  "/help": ({ out }) => out(`${HELP}\n`),

  "/recalled": ({ recalled, cited, out }) => {
    const rows = recalled.map(({ mark, id, label, at, text, score, why, search }) => {
      const parts = Object.entries(why)
        .map(([part, value]) => `${part} ${value.toFixed(2)}`)
        .join(", ");
      const from = search === 0 ? "" : `, search ${search}`;
      return `${cited.includes(id) ? "*" : " "} [${mark}] ${label}, ${day(at)}: ${text.replaceAll("\n", " ").slice(0, 160)}\n      ${score.toFixed(2)} = ${parts}${from}`;
    });
    out(`Recalled for the last answer (* cited):\n${lines(rows, "nothing")}`);
  },

  "/profile": async ({ memory, userId, out }) => {
    // What has just been said shows, too.
    await memory.flush(userId, { endSession: false });
    const [{ identity, preferences }, habits, facts] = await Promise.all([
      memory.profile(userId),
      memory.list(userId, "procedure"),
      memory.list(userId, "fact"),
    ]);
    const known = facts.filter(({ status }) => status === "current");
    out(
      `Profile (filed when a conversation has ended):\n${lines([...identity.map(({ field, value }) => `${field}: ${value}`), ...preferences.map(({ text }) => text)], "still empty")}`,
    );
    if (habits.length > 0)
      out(
        `Habits and goals:\n${lines(
          habits.map(({ text }) => text),
          "",
        )}`,
      );
    out(
      `Facts (${known.length}):\n${lines(
        known.slice(-20).map(({ at, text }) => `${day(at)}  ${text}`),
        "none yet",
      )}`,
    );
  },

  "/personality": async ({ memory, userId, out }, [wish]) => {
    if (wish === "off" || wish === "on") await memory.usePersonality(userId, wish === "on");
    else if (wish === "reset") await memory.resetPersonality(userId);
    else if (wish !== undefined) return out(`/personality shows the scores; off, on and reset are what it takes, not "${wish}".\n`);
    if (wish === "off") return out("Personality is switched off: nothing is inferred, and answers are not aligned to it.\n");
    const { scores, turns } = await memory.personality(userId);
    out(
      `Personality after ${turns} ${turns === 1 ? "message" : "messages"} (1 to 5; 3 is unknown or average):\n${lines(
        Object.entries(scores).map(([trait, score]) => `${trait.padEnd(18)}${score.toFixed(2)}`),
        "",
      )}`,
    );
  },

  "/new": (chat) => {
    chat.thread = randomUUID();
    chat.recalled = [];
    chat.cited = [];
    chat.out("A new thread. What you told me before stays known.\n");
  },

  "/end": async (chat) => {
    await chat.memory.flush(chat.userId, { endSession: true });
    chat.thread = randomUUID();
    chat.out("The conversation has ended and is filed; this is a new thread.\n");
  },
};
