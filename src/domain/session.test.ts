import { takeIn } from "./message.js";
import { hasEnded, MAX_SESSION_MESSAGES, SESSION_GAP, sessionsOf } from "./session.js";
import { MINUTE } from "./time.js";

const start = Date.parse("2026-05-12T10:00:00Z");
const at = (minutes: number, recorded = start + minutes * MINUTE) =>
  takeIn([{ id: `m${minutes}`, role: "user", text: "hi", at: start + minutes * MINUTE }], { now: recorded, timezone: "UTC" }).records[0]!;

describe("sessions", () => {
  it("end where two messages are more than 60 minutes apart", () => {
    const sessions = sessionsOf([at(181), at(0), at(60), at(120)], SESSION_GAP);
    expect(sessions.map(({ key, messages }) => [key, messages.length])).toEqual([
      ["m0", 3],
      ["m181", 1],
    ]);
  });

  it("are filed in parts when they are long", () => {
    const many = Array.from({ length: MAX_SESSION_MESSAGES + 1 }, (_, i) => at(i));
    expect(sessionsOf(many, SESSION_GAP).map(({ messages }) => messages.length)).toEqual([MAX_SESSION_MESSAGES, 1]);
  });

  const session = sessionsOf([at(0), at(5)], SESSION_GAP)[0]!;

  it("are over when the user has gone on later, or nothing came for a whole gap", () => {
    expect(hasEnded(session, start + 5 * MINUTE, start + 30 * MINUTE, SESSION_GAP)).toBe(false);
    expect(hasEnded(session, start + 66 * MINUTE, start + 30 * MINUTE, SESSION_GAP)).toBe(true);
    expect(hasEnded(session, start + 5 * MINUTE, start + 66 * MINUTE, SESSION_GAP)).toBe(true);
  });

  it("are not over after each message while an old conversation is being replayed", () => {
    const years = start + 365 * 24 * 60 * MINUTE;
    const replayed = sessionsOf([at(0, years)], SESSION_GAP)[0]!;
    expect(hasEnded(replayed, start, years + MINUTE, SESSION_GAP)).toBe(false);
    expect(hasEnded(replayed, start, years + 61 * MINUTE, SESSION_GAP)).toBe(true);
  });
});
