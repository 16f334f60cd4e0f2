/**
 * What images cost: storing one (checked, decoded, encoded, hashed, written and logged), recalling by one (a cropped, smaller, badly
 * compressed copy of one in so many, and a picture that was never stored), and the first question of a new process. The pictures are
 * drawn; no model is used, so that a picture is recognised by its looks.
 *
 *   npm run bench:images -- [--json] [--sizes 1000,10000] [--queries 100] [--width 640]
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { PersonaMemory, SqliteStore, type MessageRecord } from "../src/index.js";
import { cropped, picture } from "../src/testing/pictures.js";
import { ms, summarise, type Sample } from "./measure.js";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    sizes: { type: "string", default: "1000,10000" },
    queries: { type: "string", default: "100" },
    width: { type: "string", default: "640" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log("npm run bench:images -- [--json] [--sizes 1000,10000] [--queries 100] [--width 640]");
  process.exit(0);
}
const sizes = values.sizes.split(",").map(Number);
const queries = Number(values.queries);
const [width, height] = [Number(values.width), Math.round(Number(values.width) * 0.75)];
if (![...sizes, queries, width].every((count) => Number.isInteger(count) && count > 0)) {
  console.error("--sizes, --queries and --width take whole numbers greater than 0.");
  process.exit(2);
}

/** Seeds of pictures that are never stored lie beyond those of any that are. */
const UNKNOWN = 10_000_000;

interface Result {
  readonly images: number;
  /** Bytes of a picture as it came in, on average; and what the images and the log take on the disk for each. */
  readonly bytes: { readonly picture: number; readonly stored: number; readonly log: number };
  readonly store: Sample;
  readonly recallCopy: Sample;
  readonly recallUnknown: Sample;
  /** ms of the first recall by an image in a new process, which reads the log. */
  readonly firstRecall: number;
  /** Shares of the copies that were found first, and of the unknown pictures for which something was found. */
  readonly found: number;
  readonly mistaken: number;
  /** How much of each side was left of the copies that were not found. */
  readonly missed: readonly number[];
}

async function timed<T>(work: () => Promise<T>): Promise<[value: T, ms: number]> {
  const begin = performance.now();
  return [await work(), performance.now() - begin];
}

const weigh = (path: string): number =>
  statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + weigh(join(path, name)), 0) : statSync(path).size;

async function measure(count: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "personagraph-images-"));
  const path = join(folder, "memory.db");
  try {
    const store = new SqliteStore({ path });
    const memory = new PersonaMemory({ model: "keyless", store });
    const storing: number[] = [];
    let came = 0;
    for (let i = 1; i <= count; i++) {
      const image = await picture(i, width, height);
      came += image.length;
      const [, took] = await timed(() =>
        memory.remember("ada", [{ id: `m${i}`, role: "user", text: `Picture number ${i}.`, images: [image] }]),
      );
      storing.push(took);
      if (i % 500 === 0 && process.stderr.isTTY) process.stderr.write(`\r${i} of ${count} stored `);
    }
    const ask = (image: Uint8Array) => timed(() => memory.recall("ada", { image, limit: 1 }));
    await ask(await picture(1, width, height));
    const copies: number[] = [];
    const unknown: number[] = [];
    const missed: number[] = [];
    let [found, mistaken] = [0, 0];
    for (let q = 0; q < queries; q++) {
      const i = 1 + Math.floor((q * count) / queries);
      const keep = 0.6 + 0.35 * (q / queries);
      const [{ hits }, took] = await ask(await cropped(await picture(i, width, height), keep));
      copies.push(took);
      if ((hits[0]?.record as MessageRecord | undefined)?.key === `m${i}`) found++;
      else missed.push(Number(keep.toFixed(2)));
      const [nothing, empty] = await ask(await picture(UNKNOWN + q, width, height));
      unknown.push(empty);
      if (nothing.hits.length > 0) mistaken++;
    }
    await memory.close();
    const fresh = new PersonaMemory({ model: "keyless", store: new SqliteStore({ path }) });
    const copy = await cropped(await picture(1, width, height));
    const [, firstRecall] = await timed(() => fresh.recall("ada", { image: copy, limit: 1 }));
    await fresh.close();
    store.close();
    const per = (bytes: number): number => Math.round(bytes / count);
    return {
      images: count,
      bytes: { picture: per(came), stored: per(weigh(join(folder, "memory.media"))), log: per(weigh(path)) },
      store: summarise(storing),
      recallCopy: summarise(copies),
      recallUnknown: summarise(unknown),
      firstRecall,
      found: found / queries,
      mistaken: mistaken / queries,
      missed,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const results: Result[] = [];
for (const size of sizes) results.push(await measure(size));
if (values.json) console.log(JSON.stringify({ width, height, queries, results }, null, 2));
else
  for (const { images, store, recallCopy, recallUnknown, firstRecall, found, mistaken, bytes } of results)
    console.log(
      [
        `${images} images of ${width} x ${height}`,
        `store ${ms(store.p50)} (p95 ${ms(store.p95)})`,
        `recall a copy ${ms(recallCopy.p50)} (p95 ${ms(recallCopy.p95)}), found ${Math.round(found * 100)} %`,
        `recall by another ${ms(recallUnknown.p50)}, mistaken ${Math.round(mistaken * 100)} %`,
        `first recall of a process ${ms(firstRecall)}`,
        `on disk ${bytes.stored} + ${bytes.log} bytes an image`,
      ].join("\n  "),
    );
