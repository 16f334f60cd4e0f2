import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Ignored by git, and gone with the packages that it is for. */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/debian-13-libc", import.meta.url));
const LIBRARIES = join(CACHE, "usr/lib/x86_64-linux-gnu");
const PACKAGES = ["libc6", "libstdc++6", "libgcc-s1"];
/** What Chroma's binary in its npm package is built against. */
const NEEDED = [2, 39] as const;

/** What has to stand before `node` so that Chroma's own binary loads. Nothing where the machine's libc is new enough. */
export function chromaLoader(): readonly string[] {
  if (isNewEnough()) return [];
  if (!existsSync(CACHE)) download();
  // Node itself comes from the machine, and finds what the three packages lack among the machine's libraries.
  return [join(LIBRARIES, "ld-linux-x86-64.so.2"), "--library-path", `${LIBRARIES}:/usr/lib/x86_64-linux-gnu`];
}

/** Why no Chroma can be started here. */
export function whyNoChroma(): string | undefined {
  if (isNewEnough() || existsSync(CACHE)) return undefined;
  const glibc = glibcVersion();
  if (process.arch !== "x64" || glibc === undefined) return `Chroma's npm package has no binary for ${process.platform} ${process.arch}`;
  if (!existsSync("/usr/bin/apt-get"))
    return `Chroma wants glibc ${NEEDED.join(".")}, and here is ${glibc} and no apt-get to load Debian 13's`;
  return undefined;
}

function isNewEnough(): boolean {
  if (process.platform !== "linux") return process.platform === "darwin" || process.arch === "arm64";
  const [major = 0, minor = 0] = (glibcVersion() ?? "0.0").split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

const glibcVersion = (): string | undefined =>
  (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;

/**
 * Debian 13's C library in a folder of ours, through apt with lists and cache of its own: nothing of the machine changes, and it needs
 * no root. apt checks the signatures.
 */
function download(): void {
  const why = whyNoChroma();
  if (why !== undefined) throw new Error(`${why}.`);
  mkdirSync(dirname(CACHE), { recursive: true });
  const folder = mkdtempSync(`${CACHE}-`);
  try {
    for (const name of ["lists/partial", "cache/archives/partial", "root"]) mkdirSync(join(folder, name), { recursive: true });
    const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
    writeFileSync(join(folder, "sources.list"), `deb [signed-by=${key}] http://deb.debian.org/debian trixie main\n`);
    const settings = {
      "Dir::Etc::sourcelist": join(folder, "sources.list"),
      "Dir::Etc::sourceparts": "-",
      "Dir::State::lists": join(folder, "lists"),
      "Dir::Cache": join(folder, "cache"),
      "Acquire::Languages": "none",
      "Acquire::Retries": "3",
      "APT::Sandbox::User": "root",
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    for (const command of [["update"], ["download", ...PACKAGES]])
      execFileSync("apt-get", ["-qq", ...options, ...command], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    for (const name of readdirSync(folder)) {
      if (name.endsWith(".deb")) execFileSync("dpkg-deb", ["-x", name, "root"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    }
    // In one step: another process may have been as quick.
    if (!existsSync(CACHE)) renameSync(join(folder, "root"), CACHE);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
