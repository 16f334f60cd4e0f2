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

const newThread = async (client: Client, user: string): Promise<string> =>
  (await client.threads.create({ graphId: "agent", metadata: { [USER]: user } })).thread_id;

/** The thread to go on in: a new one where the old one is gone, or held by a run that a killed server left behind. */
export async function threadFor(client: Client, user: string, thread: string | undefined): Promise<string> {
  const known = thread === undefined ? undefined : await client.threads.get(thread).catch(() => undefined);
  return known && known.status !== "busy" ? known.thread_id : newThread(client, user);
}

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
