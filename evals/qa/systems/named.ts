import { Misuse } from "../../command.js";
import { checkInstalled } from "../../peers/installed.js";
import { installOf, PEERS, peerSystem } from "../../peers/index.js";
import type { System } from "../system.js";
import { SYSTEMS } from "./index.js";

export const SYSTEM_NAMES: readonly string[] = [...Object.keys(SYSTEMS), ...PEERS];

/** One of ours, or a peer from its own install. @throws Misuse, NotInstalled */
export async function systemNamed(name: string): Promise<System> {
  const known = SYSTEMS[name];
  if (known) return known;
  if (!PEERS.includes(name)) throw new Misuse(`There is no system "${name}"; there are ${SYSTEM_NAMES.join(", ")}.`);
  checkInstalled(installOf(name));
  return peerSystem(name);
}
