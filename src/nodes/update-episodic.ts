import { episodesOf } from "../domain/episode.js";
import { pendingKey } from "../domain/pending.js";
import { parseMemoryId } from "../domain/record.js";
import { emit } from "../events.js";
import type { Written } from "../state.js";
import { put, remove } from "../store/memory-log.js";
import { guardedBeside } from "./guarded.js";
import type { Services } from "./services.js";

/** Writes one episode a topic, each pointing to its messages; episodes of an earlier filing of the same messages are replaced. */
export const updateEpisodic = (services: Services) =>
  guardedBeside(services, async (state, { user, runtime }) => {
    const work = { stage: "episodic", key: state.session } as const;
    const [filed, waiting] = await Promise.all([user.get("consolidation", state.session), user.get("pending", pendingKey(work))]);
    if (!waiting) return {};
    const sources = [...new Set(filed?.topics.flatMap(({ messages }) => messages) ?? [])];
    const messages = (await user.getMany("message", sources)).filter((message) => message !== undefined);
    const episodes = filed ? episodesOf(filed, messages, services.settings.clock.now()) : [];
    const keep = new Set(episodes.map(({ id }) => id));
    const covered = new Set(sources);
    const old = filed ? await user.list("episode", { from: { $gte: filed.from, $lte: filed.to } }) : [];
    const keyOf = (id: string): string => parseMemoryId(id)!.key;
    await user.write([
      ...old.filter(({ id, session }) => !keep.has(id) && covered.has(session)).map(({ id }) => remove("episode", keyOf(id))),
      ...episodes.map((episode) => put("episode", keyOf(episode.id), episode)),
      remove("pending", pendingKey(work)),
    ]);
    emit(runtime, { type: "consolidated", session: state.session, episodes: episodes.length });
    return { written: Object.fromEntries(episodes.map(({ id, text }): [string, Written] => [id, { what: "episode", text }])) };
  });
