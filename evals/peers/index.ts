import type { System } from "../qa/system.js";

/** Systems of others, each with an install of its own beside its adapter. */
export const PEERS: readonly string[] = ["langgraph-store", "mem0", "mem0-raw"];

/** The folder with the install of a peer. */
export const installOf = (name: string): string => (name === "mem0-raw" ? "mem0" : name);

export async function peerSystem(name: string): Promise<System> {
  if (name === "mem0-raw") return (await import("./mem0/raw.js")).mem0Raw;
  if (name === "mem0") return (await import("./mem0/system.js")).mem0;
  return (await import("./langgraph-store/system.js")).langgraphStore;
}
