import { relative, resolve } from "node:path";

/** Where memory lies, for people: never with the password of a URL. */
export function placeOf(store: string): string {
  if (store === "platform") return "the server's own store, in .langgraph_api";
  if (store === ":memory:") return "none that lasts: it is gone when the server stops";
  if (!isFile(store)) {
    const { protocol, host, pathname } = new URL(store);
    return `${protocol}//${host}${pathname}`;
  }
  const short = relative(process.cwd(), resolve(store));
  return short.startsWith("..") ? resolve(store) : short;
}

/** Whether a store is a file of ours, and not somebody's server. */
export const isFile = (store: string): boolean => store !== ":memory:" && store !== "platform" && !/^postgres(ql)?:\/\//.test(store);
