import { AsyncLocalStorage } from "node:async_hooks";
import {
  BaseStore,
  type GetOperation,
  type Item,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchOperation,
} from "@langchain/langgraph";
import type { Client } from "@langchain/langgraph-sdk";
import { serverClient } from "./threads.js";

/** In whose name the server is asked: set for the time of a request. */
export interface Asking {
  readonly headers: Headers;
  readonly user: string;
  readonly authenticated: boolean;
}
export const asking = new AsyncLocalStorage<Asking>();

/** Set by our own auth: a pass for one request in the name of a user whom it has authenticated. With it, memory may be written. */
const PASS = Symbol.for("personagraph:pass");

/** A page of a search; servers refuse what is much larger. */
const PAGE = 500;

/**
 * The store of the server's runs, over its HTTP API and in the caller's name: for routes, which are given no store, where memory is
 * kept in "platform". A batch is no transaction here; what is written may be written again.
 */
export class ServerStore extends BaseStore {
  async batch<Op extends readonly Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results: unknown[] = [];
    for (const operation of operations) results.push(await perform(operation));
    return results as OperationResults<Op>;
  }
}

const perform = (operation: Operation): Promise<unknown> =>
  "value" in operation
    ? write(operation)
    : "namespacePrefix" in operation
      ? search(operation)
      : "key" in operation
        ? read(operation)
        : list(operation);

function client(writing = false): Client {
  const { headers, user, authenticated } = asking.getStore() ?? { headers: new Headers(), user: "", authenticated: false };
  const pass = (globalThis as { [PASS]?: (identity: string) => string })[PASS];
  if (!writing || !authenticated || !pass) return serverClient(headers);
  return serverClient(new Headers({ authorization: pass(user) }));
}

async function write({ namespace, key, value }: PutOperation): Promise<void> {
  if (value === null) await client(true).store.deleteItem(namespace, key);
  else await client(true).store.putItem(namespace, key, value);
}

async function read({ namespace, key }: GetOperation): Promise<Item | null> {
  try {
    return itemOf(await client().store.getItem(namespace, key));
  } catch (error) {
    if ((error as { status?: unknown }).status === 404) return null;
    throw error;
  }
}

async function search({ namespacePrefix, filter, limit = 10, offset = 0 }: SearchOperation): Promise<Item[]> {
  const found: Item[] = [];
  while (found.length < limit) {
    const page = Math.min(PAGE, limit - found.length);
    const options = { ...(filter && { filter }), limit: page, offset: offset + found.length };
    const { items } = await client().store.searchItems(namespacePrefix, options);
    found.push(...items.flatMap((item) => itemOf(item) ?? []));
    if (items.length < page) break;
  }
  return found;
}

async function list({ matchConditions = [], maxDepth, limit, offset }: ListNamespacesOperation): Promise<string[][]> {
  const pathOf = (type: "prefix" | "suffix"): string[] | undefined => matchConditions.find(({ matchType }) => matchType === type)?.path;
  const [prefix, suffix] = [pathOf("prefix"), pathOf("suffix")];
  const { namespaces } = await client().store.listNamespaces({
    ...(prefix && { prefix }),
    ...(suffix && { suffix }),
    ...(maxDepth !== undefined && { maxDepth }),
    limit,
    offset,
  });
  return namespaces;
}

type Wire = Awaited<ReturnType<Client["store"]["getItem"]>>;

const itemOf = (item: Wire): Item | null =>
  item && {
    namespace: item.namespace,
    key: item.key,
    value: item.value,
    createdAt: new Date(item.createdAt),
    updatedAt: new Date(item.updatedAt),
  };
