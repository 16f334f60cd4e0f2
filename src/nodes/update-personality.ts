import { pendingKey } from "../domain/pending.js";
import { TRAITS, UNKNOWN_PERSONALITY, type Observation, type Personality, type PersonalityStep } from "../domain/personality.js";
import { foldFrom, stepsFrom } from "../domain/rebuild.js";
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

export interface Evolution {
  /** Whether the personality is inferred for this user. */
  readonly on: boolean;
  readonly start: Personality;
  readonly steps: readonly PersonalityStep[];
}

/** How a personality came about. */
export async function evolutionOf(user: UserLog, inferred: boolean): Promise<Evolution> {
  const [observations, wishes] = await Promise.all([user.list("observation"), user.get("core", "wishes") as Promise<Wishes | undefined>]);
  return {
    on: inferred && wishes?.personality !== false,
    start: wishes?.start ?? UNKNOWN_PERSONALITY,
    steps: stepsFrom(observations, wishes?.start),
  };
}

/** Puts a wish into force at once. */
export async function applyWishes(user: UserLog, wishes: Wishes): Promise<Personality> {
  const personality = foldFrom(await user.list("observation"), wishes.start);
  const changes: Change[] = [put("core", "wishes", wishes), put("core", "personality", personality)];
  await user.write(changes);
  return personality;
}

const describe = ({ scores }: Personality): string => TRAITS.map((trait) => `${trait} ${scores[trait].toFixed(2)}`).join(", ");
