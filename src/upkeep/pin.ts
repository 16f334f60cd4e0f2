import { latest, type FactId } from "../domain/fact.js";
import { parseMemoryId, type MemoryId, type MemoryRecord } from "../domain/record.js";
import { put, remove, type Pin, type UserLog } from "../store/memory-log.js";
import { findMemory } from "./edit.js";

/** Every answer keeps this memory in mind, until it is unpinned or gone. */
export async function pinMemory(user: UserLog, id: MemoryId): Promise<void> {
  await findMemory(user, id);
  await user.write([put("pin", id, { id, at: user.now() })]);
}

/** Also takes away the pin of a fact that this one replaced. */
export async function unpinMemory(user: UserLog, id: MemoryId): Promise<void> {
  await findMemory(user, id);
  const held = await heldPins(user);
  await user.write(held.filter(({ pin, record }) => pin.id === id || record.id === id).map(({ pin }) => remove("pin", pin.id)));
}

/** What is pinned, as it is now, in the order in which it was pinned. A pinned fact that changed is the fact that holds now. */
export async function pinnedMemories(user: UserLog): Promise<MemoryRecord[]> {
  const records = (await heldPins(user)).map(({ record }) => record);
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

async function heldPins(user: UserLog): Promise<{ pin: Pin; record: MemoryRecord }[]> {
  const pins = (await user.list("pin")).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const records = await Promise.all(pins.map(({ id }) => current(user, id)));
  return pins.flatMap((pin, i) => (records[i] ? [{ pin, record: records[i] }] : []));
}

async function current(user: UserLog, id: MemoryId): Promise<MemoryRecord | undefined> {
  const { kind, key } = parseMemoryId(id)!;
  const record = await user.get(kind, key);
  if (kind !== "fact" || record?.status !== "closed") return record;
  const facts = new Map((await user.list("fact")).map((fact): [string, typeof fact] => [fact.id, fact]));
  return latest(id as FactId, facts);
}
