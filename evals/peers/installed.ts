import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of a peer lacks its packages. */
export class NotInstalled extends Error {
  readonly code = "PEER_NOT_INSTALLED";
}

/** Said before anything is done with it. @throws NotInstalled */
export function checkInstalled(peer: string): void {
  if (!existsSync(join(dirname(fileURLToPath(import.meta.url)), peer, "node_modules"))) throw notInstalled(peer);
}

const notInstalled = (peer: string): NotInstalled =>
  new NotInstalled(`The system "${peer}" is not installed. Run: npm install --prefix evals/peers/${peer}`);

/** A module from a peer's own install, never from ours. @throws NotInstalled */
export async function fromInstall(peer: string, name: string, file: string): Promise<unknown> {
  const folder = join(dirname(fileURLToPath(import.meta.url)), peer);
  const path = join(folder, "node_modules", name, file);
  try {
    createRequire(import.meta.url).resolve(path);
  } catch {
    throw notInstalled(peer);
  }
  return import(pathToFileURL(path).href);
}
