import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where the server looks for the page; published with the package. */
export const PAGE_FOLDER = join(ROOT, "dist", "page");

/** Libraries that end up in the bundle; their licences go along. */
const BUNDLED = ["preact/LICENSE", "chart.js/LICENSE.md", "@kurkle/color/LICENSE.md"];

/** Bundles `page/` into one folder of static files: nothing is loaded from anywhere else. Takes about 0.2 s. */
export async function buildPage(folder: string = PAGE_FOLDER): Promise<void> {
  const { build } = await import("esbuild");
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "assets"), { recursive: true });
  await build({
    entryPoints: { app: join(ROOT, "page/main.tsx"), style: join(ROOT, "page/style/index.css") },
    outdir: join(folder, "assets"),
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome120", "firefox120", "safari17.5"],
    tsconfig: join(ROOT, "page/tsconfig.json"),
    legalComments: "none",
    logLevel: "warning",
  });
  await copyFile(join(ROOT, "page/index.html"), join(folder, "index.html"));
  await copyFile(join(ROOT, "page/icon.svg"), join(folder, "assets/icon.svg"));
  const licences = await Promise.all(BUNDLED.map(async (name) => `${name}\n\n${await readFile(join(ROOT, "node_modules", name), "utf8")}`));
  await writeFile(join(folder, "assets/licences.txt"), licences.join("\n\n"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
