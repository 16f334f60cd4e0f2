import { TRAITS, type Personality } from "../../src/domain/personality.js";
import type { Profile } from "../../src/domain/profile.js";
import { PersonaMemory, SqliteStore } from "../../src/index.js";
import { userKey } from "../../src/store/namespace.js";
import { storePath } from "./wire.js";
import { conversationOf, markerOf, MARKERS, SLOTS, userIdOf, type Exchange, type WorkloadOptions } from "./workload.js";

/** What one user's memory holds, without what may differ: when it was written down, in which version, and the ids that models give. */
interface Remembered {
  readonly messages: readonly string[];
  readonly facts: readonly string[];
  readonly episodes: readonly string[];
  readonly procedures: readonly string[];
  readonly profile: Profile;
  readonly personality: Personality;
  readonly pending: number;
}

export interface Difference {
  lost: number;
  duplicated: number;
  outOfOrder: number;
  facts: number;
  episodes: number;
  procedures: number;
  profiles: number;
  personality: number;
  leaked: number;
  pending: number;
  /** The first few, in words. */
  readonly examples: string[];
}

const json = (value: object): string =>
  JSON.stringify(value, (key, inner: unknown) => (key === "recordedAt" || key === "version" ? undefined : inner));

async function remembered(memory: PersonaMemory, userId: string, pending: number): Promise<Remembered> {
  const messages = await memory.list(userId, "message");
  const names = new Map(messages.map(({ key, role, exchange }) => [key, role === "user" ? key : `${role} to ${exchange}`]));
  const named = (keys: readonly string[]): string[] => keys.map((key) => names.get(key) ?? `unknown ${key}`);
  const facts = await memory.list(userId, "fact");
  return {
    messages: messages.map(({ role, at, text, exchange }) => json([at, role, exchange, text])),
    facts: facts.map((fact) => json({ ...fact, sources: named(fact.sources) })).sort(),
    episodes: (await memory.list(userId, "episode")).map((episode) => json({ ...episode, sources: named(episode.sources) })).sort(),
    procedures: (await memory.list(userId, "procedure")).map((procedure) => json(procedure)).sort(),
    profile: await memory.profile(userId),
    personality: await memory.personality(userId),
    pending,
  };
}

/** How many entries of one list the other does not have, counting repeats. */
function missing(wanted: readonly string[], there: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const entry of there) left.set(entry, (left.get(entry) ?? 0) + 1);
  return wanted.filter((entry) => {
    const n = left.get(entry) ?? 0;
    left.set(entry, n - 1);
    return n <= 0;
  });
}

/** Sets what came of the storm beside what should have come of it. */
export async function compare(
  truthFolder: string,
  stormFolder: string,
  workload: WorkloadOptions,
  pending: ReadonlyMap<string, number>,
  accepted: ReadonlySet<string>,
): Promise<Difference> {
  const stores = [truthFolder, stormFolder].map((folder) => new SqliteStore({ path: storePath(folder) }));
  const [truth, storm] = stores.map((store) => new PersonaMemory({ store, model: "keyless" })) as [PersonaMemory, PersonaMemory];
  const total: Difference = {
    lost: 0,
    duplicated: 0,
    outOfOrder: 0,
    facts: 0,
    episodes: 0,
    procedures: 0,
    profiles: 0,
    personality: 0,
    leaked: 0,
    pending: 0,
    examples: [],
  };
  const tell = (what: string, userId: string, entries: readonly string[]): void => {
    for (const entry of entries.slice(0, 3)) if (total.examples.length < 40) total.examples.push(`${what} of ${userId}: ${entry}`);
  };
  try {
    for (let user = 0; user < workload.users; user++) {
      const userId = userIdOf(user);
      const said = conversationOf(user, workload);
      const [is, was] = [await remembered(storm, userId, pending.get(userId) ?? 0), await remembered(truth, userId, 0)];
      const lost = [...missing(was.messages, is.messages), ...unheard(said, is.messages, accepted)];
      const more = missing(is.messages, was.messages);
      total.lost += lost.length;
      total.duplicated += more.length;
      tell("lost", userId, lost);
      tell("one too many", userId, more);
      if (lost.length + more.length === 0) total.outOfOrder += is.messages.filter((entry, i) => entry !== was.messages[i]).length;
      for (const kind of ["facts", "episodes", "procedures"] as const) {
        const off = [
          ...missing(was[kind], is[kind]).map((entry) => `missing ${entry}`),
          ...missing(is[kind], was[kind]).map((entry) => `wrong ${entry}`),
        ];
        total[kind] += off.length;
        tell(kind, userId, off);
      }
      if (json(is.profile) !== json(was.profile)) {
        total.profiles++;
        tell("profile", userId, [`${json(is.profile)} instead of ${json(was.profile)}`]);
      }
      const off = Math.max(
        ...TRAITS.map((trait) => Math.abs(is.personality.scores[trait] - was.personality.scores[trait])),
        Math.abs(is.personality.turns - was.personality.turns),
      );
      total.personality = Math.max(total.personality, off);
      if (off > 0) tell("personality", userId, [`${json(is.personality)} instead of ${json(was.personality)}`]);
      total.pending += is.pending;
    }
    const leaks = await leaksIn(storm, stores[1]!, workload.users);
    total.leaked = leaks.length;
    tell("leak", "somebody", leaks);
    return total;
  } finally {
    await Promise.all([truth.close(), storm.close()]);
    for (const store of stores) store.close();
  }
}

/** What the client was told was taken, and is not in the log; also when the run without faults lost it too. */
const unheard = (said: readonly Exchange[], messages: readonly string[], accepted: ReadonlySet<string>): string[] => {
  const there = new Set(messages);
  return said
    .filter(({ id, at, text }) => accepted.has(id) && !there.has(json([at, "user", id, text])))
    .map(({ id }) => `${id} was accepted`);
};

/** Every item of every namespace, every list and every search: nobody else's word is in it. */
async function leaksIn(memory: PersonaMemory, store: SqliteStore, users: number): Promise<string[]> {
  const leaks: string[] = [];
  const check = (user: number, what: string, found: object): void => {
    const strange = (JSON.stringify(found).match(MARKERS) ?? []).filter((word) => word !== markerOf(user));
    if (strange.length > 0) leaks.push(`${what} of ${userIdOf(user)}: ${strange.join(" ")}`);
  };
  const owners = new Map(Array.from({ length: users }, (_, user) => [userKey(userIdOf(user)), user]));
  for (const item of await store.search([], { limit: 10_000_000 })) {
    const owner = owners.get(item.namespace[1] ?? "");
    if (owner === undefined) leaks.push(`a namespace of nobody: ${item.namespace.join("/")}`);
    else check(owner, item.namespace.join("/"), item.value);
  }
  for (let user = 0; user < users; user++) {
    const userId = userIdOf(user);
    for (const kind of ["message", "fact", "episode", "procedure"] as const) check(user, kind, await memory.list(userId, kind));
    check(user, "profile", await memory.profile(userId));
    const strangers = Array.from({ length: users }, (_, other) => markerOf(other)).filter((word) => word !== markerOf(user));
    for (const query of [strangers.join(" "), ...SLOTS.map((slot) => `my ${slot} ${strangers[0] ?? ""}`)]) {
      check(user, "recall", await memory.recall(userId, { query, limit: 50, kinds: ["message", "fact", "episode", "procedure"] }));
    }
  }
  return leaks;
}
