import { DAY } from "../domain/time.js";
import { eraseSome } from "../upkeep/erase.js";
import type { Update } from "./guarded.js";

/** Erases what has outlived its time, at the end of an update; a query each when nothing has. */
export async function expire({ user, services, images }: Pick<Update, "user" | "services" | "images">): Promise<void> {
  const { retention, clock } = services.settings;
  const before = (days: number): number => clock.now() - days * DAY;
  if (retention.messages !== undefined && (await user.list("message", { at: { $lt: before(retention.messages) } }, 1)).length > 0) {
    await eraseSome(user, { before: before(retention.messages) });
    images.forget(user.userId);
  }
  if (retention.facts !== undefined) {
    const old = await user.list("fact", { said: { $lt: before(retention.facts) } });
    if (old.length > 0) await eraseSome(user, { facts: old.map(({ id }) => id) });
  }
}
