import type { Turn } from "../suite.js";
import { syntheticTime } from "./times.js";

export interface Said {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/**
 * A chat without times as turns. A system message begins a session and is a note about the user; times are made up. A speaker's name
 * before the text, as "User: ", says again what the role says.
 */
export function turnsOfChat(chat: readonly Said[]): Turn[] {
  let session = 0;
  let place = 0;
  return chat.map(({ role, content }, n) => {
    if (role === "system" && n > 0) session++;
    if (role === "system") place = 0;
    return {
      id: `${n}`,
      session: `S${session}`,
      at: syntheticTime(session, place++),
      speaker: role === "system" ? "note" : role,
      role: role === "system" ? "record" : role,
      text: content.replace(role === "user" ? /^User:\s*/ : /^Assistant:\s*/, ""),
    };
  });
}
