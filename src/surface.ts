import { memoryGraph } from "./memory-graph.js";
import type { Services } from "./nodes/services.js";
import { resolveOptions, type PersonaOptions, type Settings } from "./options.js";
import { createServices } from "./services.js";
import { Updates } from "./updates.js";

/** What the nodes, tools and middleware of somebody else's graph work with. */
export interface Surface {
  readonly services: Services;
  readonly updates: Updates;
  /** Derives what is pending, within a node: it keeps no checkpoints of its own, because what it has not done is found in the log. */
  readonly memory: ReturnType<typeof memoryGraph>;
}

/** In somebody else's graph answers carry no marks, unless they are asked for. */
const GUEST: PersonaOptions = { citations: false };

const made: WeakRef<Surface>[] = [];

/** Nodes, tools and middleware that are given the same options share one memory: one index, one queue of updates. */
export function surfaceOf(options: PersonaOptions = {}): Surface {
  const settings = resolveOptions({ ...GUEST, ...options });
  const alive = made.map((ref) => ref.deref()).filter((surface) => surface !== undefined);
  made.splice(0, made.length, ...alive.map((surface) => new WeakRef(surface)));
  const known = alive.find((surface) => same(surface.services.settings, settings));
  if (known) return known;
  const surface = surfaceOver(createServices({ ...GUEST, ...options }));
  made.push(new WeakRef(surface));
  return surface;
}

export function surfaceOver(services: Services): Surface {
  const memory = memoryGraph(services, { checkpointer: false });
  return { services, memory, updates: new Updates(services, memory) };
}

/** Models, stores and clocks are compared as what they are, plain settings by what they say; rules of secrets are code. */
const same = (a: Settings, b: Settings): boolean =>
  (Object.keys({ ...a, ...b }) as (keyof Settings)[]).every(
    (key) => Object.is(a[key], b[key]) || (isPlain(a[key]) && JSON.stringify(a[key]) === JSON.stringify(b[key])),
  );

const isPlain = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !Object.values(value).some((part) => typeof part === "function") &&
  !("rules" in value && (value.rules as unknown[]).length > 0);
