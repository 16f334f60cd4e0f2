import { resolve } from "node:path";
import { SqliteStore } from "./sqlite-store.js";

const open = new Map<string, SqliteStore>();

/** The store over a SQLite file; everybody in this process who names the same file shares it. */
export function openSqlite(path: string): SqliteStore {
  const name = path === ":memory:" ? path : resolve(path);
  const known = open.get(name);
  if (known) return known;
  const store = new SqliteStore({ path: name });
  open.set(name, store);
  return store;
}

/** Closes the shared stores. The files stay; the next use opens them again. */
export function closeSqlite(): void {
  for (const store of open.values()) store.close();
  open.clear();
}
