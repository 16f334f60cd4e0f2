import type {
  ChatEvent,
  Erased,
  Kind,
  Me,
  Memory,
  MemoryPage,
  Personality,
  Profile,
  SearchResult,
  Status,
} from "../src/server/api/schemas.js";
import { eventsOf } from "./sse.js";
import { chosenUser, token } from "./who.js";

/** What the server says went wrong. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fix: string;

  constructor(status: number, { code, message, fix }: { code?: string; message?: string; fix?: string }) {
    super(message ?? `The server answered ${status}.`);
    this.status = status;
    this.code = code ?? "";
    this.fix = fix ?? "";
  }
}

/** Told to the whole page when the server no longer takes the caller's token. */
export const SIGNED_OUT = "signedout";

/** What the browser says of a server that is gone is for developers. */
function unreachable(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw new ApiError(0, { code: "UNREACHABLE", message: "The server does not answer. See that it runs and that you are connected to it." });
}

type Query = Readonly<Record<string, string | number | undefined>>;

async function call(
  method: string,
  path: string,
  { query = {}, body, signal }: { query?: Query; body?: unknown; signal?: AbortSignal } = {},
) {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]])),
  );
  if (chosenUser() !== "") search.set("user", chosenUser());
  const response = await fetch(`/persona/api${path}?${search.toString()}`, {
    method,
    headers: {
      ...(token() !== "" && { authorization: `Bearer ${token()}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch(unreachable);
  if (response.ok) return response;
  if (response.status === 401) dispatchEvent(new Event(SIGNED_OUT));
  const text = await response.text();
  let told: object;
  try {
    told = JSON.parse(text) as object;
  } catch {
    told = { message: text };
  }
  throw new ApiError(response.status, told);
}

const read = async <T>(...request: Parameters<typeof call>): Promise<T> => (await (await call(...request)).json()) as T;
const at = (id: string): string => `/memories/${encodeURIComponent(id)}`;

/** The HTTP API, and all that the page knows of the server. */
export const api = {
  me: () => read<Me>("GET", "/me"),
  profile: () => read<Profile>("GET", "/profile"),
  editProfile: (body: { identity?: Record<string, string | null>; preferences?: Record<string, string | null> }) =>
    read<Profile>("PATCH", "/profile", { body }),
  personality: () => read<Personality>("GET", "/personality"),
  editPersonality: (body: { on?: boolean; reset?: true }) => read<Personality>("PATCH", "/personality", { body }),
  memories: (kind: Kind, query: Query = {}) => read<MemoryPage>("GET", "/memories", { query: { kind, ...query } }),
  history: async (id: string) => (await read<{ items: Memory[] }>("GET", `${at(id)}/history`)).items,
  sources: async (id: string) => (await read<{ items: Memory[] }>("GET", `${at(id)}/sources`)).items,
  edit: (id: string, text: string) => read<Memory>("PATCH", at(id), { body: { text } }),
  delete: (id: string) => call("DELETE", at(id)),
  pin: (id: string, on: boolean) => call(on ? "PUT" : "DELETE", `${at(id)}/pin`),
  search: (body: { query: string; kinds?: Kind[]; from?: number; to?: number; limit?: number; timezone?: string }) =>
    read<SearchResult>("POST", "/search", { body }),
  status: () => read<Status>("GET", "/status"),
  update: () => read<Pick<Status, "pending">>("POST", "/update", { body: { endSession: true } }),
  image: async (id: string, pixels: number) => (await call("GET", `/images/${encodeURIComponent(id)}`, { query: { pixels } })).blob(),
  export: async () => (await call("GET", "/export")).blob(),
  erase: (confirm: string) => read<Erased>("POST", "/erase", { body: { confirm } }),
  async *chat(
    body: { text: string; images?: string[]; thread?: string; timezone: string },
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent> {
    const { body: stream } = await call("POST", "/chat", { body, signal });
    try {
      for await (const { data } of eventsOf(stream!)) yield JSON.parse(data) as ChatEvent;
    } catch (error) {
      unreachable(error);
    }
  },
};
