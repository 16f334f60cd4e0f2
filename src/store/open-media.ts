import type { BaseStore } from "@langchain/langgraph";
import type { MediaStore } from "../domain/image-ports.js";
import { PersonaError } from "../errors.js";
import { FolderMediaStore } from "./folder-media-store.js";
import { LogMediaStore } from "./log-media-store.js";
import { S3MediaStore } from "./s3-media-store.js";
import { SqliteStore } from "./sqlite-store.js";

/**
 * A media store from its name: a folder, or "s3://bucket/prefix".
 * @throws PersonaError MEDIA_STORE for an address of another kind
 */
export function openMedia(name: string): MediaStore {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(name) ?? [];
  if (bucket !== undefined) return new S3MediaStore({ bucket, prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` });
  if (name.trim() === "" || name.includes("://")) {
    throw new PersonaError({
      code: "MEDIA_STORE",
      message: `${JSON.stringify(name)} names no place for images.`,
      fix: 'Give the path of a folder, "s3://bucket/prefix", or a MediaStore.',
    });
  }
  return new FolderMediaStore(name);
}

/**
 * Where the images of a log lie: at the place that is named, else beside its SQLite file, else in its store, which lasts as long as
 * the log does.
 */
export function mediaFor(log: BaseStore, place?: string | MediaStore): MediaStore {
  if (place !== undefined) return typeof place === "string" ? openMedia(place) : place;
  const file = log instanceof SqliteStore ? fileOf(log) : "";
  return file === "" ? new LogMediaStore(log) : new FolderMediaStore(`${file.replace(/\.(?:db|sqlite3?)$/, "")}.media`);
}

/** SQLite names the file that it has open, and no file for a database in memory. */
const fileOf = ({ database }: SqliteStore): string => (database.prepare("PRAGMA database_list").get() as { file?: string }).file ?? "";
