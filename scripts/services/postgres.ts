import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startProcess, type RunningProcess } from "./process.js";

export interface RunningPostgres extends RunningProcess {
  /** postgresql://… of the database "postgres". */
  readonly url: string;
  /** Where its data lie. */
  readonly folder: string;
}

const DEBIAN = "/usr/lib/postgresql";

/** Folder of the server's binaries, which Debian keeps off the path; undefined where there is none. */
export function postgresBinaries(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, "bin")), ...(process.env["PATH"] ?? "").split(":")];
  return folders.find((folder) => folder !== "" && existsSync(join(folder, "initdb")));
}

/** A real Postgres over an empty folder of its own, which goes when it ends. It does not run as root, so root runs it as `postgres`. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<RunningPostgres> {
  const binaries = postgresBinaries();
  if (binaries === undefined) throw new Error("There is no Postgres server here: install the package postgresql.");
  const owner = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  const folder = mkdtempSync(join(tmpdir(), "personagraph-postgres-"));
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const how = ["-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"];
  execFileSync(join(binaries, "initdb"), how, { cwd: "/", stdio: "pipe", ...owner });
  const port = await freePort();
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const all = { port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: "", ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const isUp = async (): Promise<boolean> => {
    execFileSync(join(binaries, "pg_isready"), ["-q", "-d", url], { stdio: "ignore" });
    return true;
  };
  const running = await startProcess({ command: join(binaries, "postgres"), args: ["-D", folder, ...options], cwd: "/", owner, isUp });
  return {
    ...running,
    url,
    folder,
    async stop(signal) {
      await running.stop(signal);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const idOf = (which: "-u" | "-g"): number => Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" }));
