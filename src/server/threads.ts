import { Client } from "@langchain/langgraph-sdk";

/** Headers that say who is calling, and nothing else of the request. */
const OF_CALLER = ["authorization", "cookie", "x-api-key", "x-auth-scheme"];

/** Threads that the inspector makes carry the user under this name, so that an erase finds them without auth too. */
const USER = "personagraph_user";

/** The server that these routes run in, asked in the caller's name. */
export function serverClient(headers: Headers): Client {
  const own = Object.fromEntries(OF_CALLER.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)!]] : [])));
  return new Client({ apiKey: null as never, defaultHeaders: own, callerOptions: { maxRetries: 0 } });
}

export const newThread = async (client: Client, user: string): Promise<string> =>
  (await client.threads.create({ graphId: "agent", metadata: { [USER]: user } })).thread_id;

/** Deletes the user's threads: those that the inspector made, and with auth all that are theirs. Returns how many. */
export async function eraseThreads(headers: Headers, user: string): Promise<number> {
  const client = serverClient(headers);
  const erased = new Set<string>();
  for (const metadata of [{ [USER]: user }, { owner: user }]) {
    for (;;) {
      const found = (await client.threads.search({ metadata, limit: 100 })).filter(({ thread_id }) => !erased.has(thread_id));
      if (found.length === 0) break;
      for (const { thread_id } of found) {
        await client.threads.delete(thread_id);
        erased.add(thread_id);
      }
    }
  }
  return erased.size;
}
