import { pendingKey } from "../domain/pending.js";
import { TRAITS, type Observation, type Personality } from "../domain/personality.js";
import { foldFrom } from "../domain/rebuild.js";
import { emit } from "../events.js";
import type { Written } from "../state.js";
import { put, remove, type Change, type UserLog } from "../store/memory-log.js";
import { guardedBeside } from "./guarded.js";
import type { Services } from "./services.js";

/** Keeps what the message showed of the user, and folds all observations into the long-term personality. */
export const updatePersonality = (services: Services) =>
  guardedBeside(services, async (state, { user, runtime }) => {
    const work = { stage: "personality", key: state.exchange } as const;
    const [extraction, waiting] = await Promise.all([user.get("extraction", state.exchange), user.get("pending", pendingKey(work))]);
    if (!waiting) return {};
    const wishes = (await user.get("core", "wishes")) as Wishes | undefined;
    if (!extraction || !services.settings.personality || wishes?.personality === false) {
      await user.write([remove("pending", pendingKey(work))]);
      return {};
    }
    const seen: Observation = { message: extraction.exchange, at: extraction.at, scores: extraction.traits };
    const personality = foldFrom([...(await user.list("observation")), seen], wishes?.start);
    await user.write([
      put("observation", seen.message, seen),
      put("core", "personality", personality),
      remove("pending", pendingKey(work)),
    ]);
    emit(runtime, { type: "personality", scores: personality.scores, turns: personality.turns });
    return { written: { personality: { what: "personality", text: describe(personality) } satisfies Written } };
  });

/** What the user decided about their own personality: switched off, or set or reset at a time from which observations count again. */
export interface Wishes {
  readonly personality?: boolean;
  readonly start?: Personality;
}

/** Puts a wish into force at once. */
export async function applyWishes(user: UserLog, wishes: Wishes): Promise<Personality> {
  const personality = foldFrom(await user.list("observation"), wishes.start);
  const changes: Change[] = [put("core", "wishes", wishes), put("core", "personality", personality)];
  await user.write(changes);
  return personality;
}

const describe = ({ scores }: Personality): string => TRAITS.map((trait) => `${trait} ${scores[trait].toFixed(2)}`).join(", ");
