import { createHash } from "node:crypto";
import { PersonaError } from "../errors.js";

/**
 * The collections of one user. No name is the beginning of another, because LangGraph's own stores match
 * namespaces as joined strings (langgraphjs#2721).
 */
export const COLLECTIONS = [
  "message",
  "fact",
  "episode",
  "procedure",
  "core",
  "observation",
  "extraction",
  "consolidation",
  "pending",
  "citation",
  "pin",
  "removed",
  "usage",
  "media",
  "meta",
] as const;
export type Collection = (typeof COLLECTIONS)[number];

export const ROOT = "personagraph";

/**
 * 64 hex digits: fixed length, so that no user's namespace is the beginning of another's. The id is taken as it is:
 * ids that look alike (composed and decomposed accents, case, trailing spaces) are different users.
 */
export function userKey(userId: string): string {
  if (typeof userId !== "string" || userId.trim() === "") {
    throw new PersonaError({
      code: "USER_ID_MISSING",
      message: "No user id was given, so there is no telling whose memory this is.",
      fix: 'Pass it in the context of the run: graph.invoke(input, { context: { userId: "ada" } }).',
    });
  }
  return createHash("sha256").update(bytesOf(userId)).digest("hex");
}

/**
 * UTF-8, but not for half surrogate pairs: UTF-8 has none, and would make all ids that hold one the same. No UTF-8 begins with 0xff.
 */
const bytesOf = (userId: string): Buffer =>
  userId.isWellFormed() ? Buffer.from(userId, "utf8") : Buffer.concat([Buffer.from([0xff]), Buffer.from(userId, "utf16le")]);

/** The only place that builds a namespace. */
export const namespaceOf = (userId: string, collection: Collection): string[] => [ROOT, userKey(userId), collection];

/** Images that lie in the store of the log, by the user's key. No name of a collection is the beginning of it. */
export const mediaNamespace = (user: string): string[] => [ROOT, user, "image"];

/** The beginning of every namespace that holds something of the user's. */
export const userNamespace = (userId: string): [root: string, key: string] => [ROOT, userKey(userId)];

export const sameNamespace = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label, i) => label === b[i]);

export const isUserNamespace = (namespace: readonly string[]): boolean =>
  namespace.length === 3 && namespace[0] === ROOT && /^[0-9a-f]{64}$/.test(namespace[1]!);
