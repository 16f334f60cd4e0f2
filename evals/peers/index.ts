import type { System } from "../qa/system.js";

/** Systems of others, each with an install of its own beside its adapter. */
export const PEERS: readonly string[] = ["langgraph-store", "mem0"];

export async function peerSystem(name: string): Promise<System> {
  if (name === "mem0") return (await import("./mem0/system.js")).mem0;
  return (await import("./langgraph-store/system.js")).langgraphStore;
}
