import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InMemoryStore } from "@langchain/langgraph";
import type { MediaStore } from "../domain/image-ports.js";
import { FolderMediaStore } from "./folder-media-store.js";
import { LogMediaStore } from "./log-media-store.js";
import { contentHash, UserMedia } from "./media-store.js";
import { MemoryMediaStore } from "../testing/memory-media-store.js";
import { mediaFor, openMedia } from "./open-media.js";
import { SqliteStore } from "./sqlite-store.js";
import { S3MediaStore } from "./s3-media-store.js";

const [ADA, EVE] = ["a".repeat(64), "e".repeat(64)];
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const idOf = (text: string): string => `${contentHash(bytesOf(text))}.png`;
const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

/** The little of S3 that is used, over HTTP; two objects a page. */
async function bucketServer(): Promise<{ server: Server; objects: Map<string, Buffer>; endpoint: string }> {
  const objects = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url!, "http://bucket");
      const key = decodeURIComponent(pathname.slice("/pictures/".length));
      const body = Buffer.concat(chunks);
      const xml = (text: string, status = 200): void => void response.writeHead(status, { "content-type": "application/xml" }).end(text);
      if (request.method === "PUT") return void (objects.set(key, unchunked(body, request.headers["content-encoding"])), response.end());
      if (request.method === "POST") {
        for (const [, name] of body.toString().matchAll(/<Key>([^<]+)<\/Key>/g)) objects.delete(name!);
        return xml("<DeleteResult/>");
      }
      if (searchParams.has("list-type")) {
        const from = searchParams.get("continuation-token") ?? "";
        const names = [...objects.keys()].filter((name) => name.startsWith(searchParams.get("prefix")!) && name > from).sort();
        const page = names.slice(0, 2);
        const next = names.length > 2 ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page[1]}</NextContinuationToken>` : "";
        return xml(`<ListBucketResult>${page.map((name) => `<Contents><Key>${name}</Key></Contents>`).join("")}${next}</ListBucketResult>`);
      }
      const found = objects.get(key);
      if (found) response.end(found);
      else xml("<Error><Code>NoSuchKey</Code><Message>none</Message></Error>", 404);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, objects, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The client may send a body in chunks with their sums. */
function unchunked(body: Buffer, encoding: string | undefined): Buffer {
  if (!encoding?.includes("aws-chunked")) return body;
  const size = parseInt(body.toString("latin1"), 16);
  const start = body.indexOf("\r\n") + 2;
  return body.subarray(start, start + size);
}

const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" };

describe.each(["memory", "log", "folder", "s3"])("images in %s", (kind) => {
  let store: MediaStore;
  let end: () => Promise<unknown>;
  beforeAll(async () => {
    if (kind === "memory") [store, end] = [new MemoryMediaStore(), () => Promise.resolve()];
    else if (kind === "log") [store, end] = [new LogMediaStore(new InMemoryStore()), () => Promise.resolve()];
    else if (kind === "folder") {
      const folder = await mkdtemp(join(tmpdir(), "personagraph-media-"));
      [store, end] = [new FolderMediaStore(join(folder, "below")), () => rm(folder, { recursive: true })];
    } else {
      const before = { ...process.env };
      Object.assign(process.env, credentials);
      const { server, endpoint } = await bucketServer();
      store = new S3MediaStore({ bucket: "pictures", prefix: "of/", endpoint });
      end = () => {
        process.env = before;
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      };
    }
  });
  afterAll(() => end());

  it("come back as they were, once, and are gone when they are removed", async () => {
    for (const text of ["one", "two", "three", "one"]) await store.put(ADA, idOf(text), bytesOf(text));
    expect(textOf(await store.get(ADA, idOf("two")))).toBe("two");
    expect((await store.list(ADA)).sort()).toEqual(["one", "two", "three"].map(idOf).sort());
    await store.remove(ADA, [idOf("one"), idOf("two"), idOf("never there")]);
    expect([await store.get(ADA, idOf("one")), await store.list(ADA)]).toEqual([undefined, [idOf("three")]]);
  });

  it("are each user's own", async () => {
    await store.put(ADA, idOf("same"), bytesOf("same"));
    await store.put(EVE, idOf("same"), bytesOf("same"));
    await store.drop(EVE);
    await store.drop(EVE);
    expect([await store.list(EVE), await store.get(EVE, idOf("same"))]).toEqual([[], undefined]);
    expect(textOf(await store.get(ADA, idOf("same")))).toBe("same");
  });

  it("that are not there are none", async () => {
    expect([await store.get("b".repeat(64), idOf("x")), await store.list("b".repeat(64))]).toEqual([undefined, []]);
  });
});

describe("the images of a user", () => {
  it("are checked against their names, going in and coming out", async () => {
    const media = new UserMedia(new MemoryMediaStore(), "ada");
    for (const name of [idOf("other"), "../../etc/passwd", "x.jpg"])
      expect(() => media.put(name, bytesOf("one"))).toThrow(expect.objectContaining({ code: "MEDIA_HASH" }));
    expect(await media.get("../../etc/passwd")).toBeUndefined();
    await media.put(idOf("one"), bytesOf("one"));
    expect(textOf(await media.get(idOf("one")))).toBe("one");
  });

  it("that were changed on the disk are not taken for what they were", async () => {
    const folder = await mkdtemp(join(tmpdir(), "personagraph-media-"));
    try {
      const media = new UserMedia(new FolderMediaStore(folder), "ada");
      await media.put(idOf("one"), bytesOf("one"));
      const [user] = await readdir(folder);
      await writeFile(join(folder, user!, idOf("one")), "forged");
      expect(await media.get(idOf("one"))).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test("a place is a folder or a bucket", () => {
  expect(openMedia("some/folder")).toBeInstanceOf(FolderMediaStore);
  expect(openMedia("s3://pictures/of")).toBeInstanceOf(S3MediaStore);
  for (const name of ["", "https://example.com/x", "ftp://x"])
    expect(() => openMedia(name)).toThrow(expect.objectContaining({ code: "MEDIA_STORE" }));
});

test("images lie beside the file of their log, or with it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "personagraph-media-"));
  const store = new SqliteStore({ path: join(folder, "memory.db") });
  try {
    expect(mediaFor(store)).toMatchObject({ folder: join(folder, "memory.media") });
    expect(mediaFor(new SqliteStore())).toBeInstanceOf(LogMediaStore);
    expect(mediaFor(new InMemoryStore())).toBeInstanceOf(LogMediaStore);
    expect(mediaFor(store, "elsewhere")).toBeInstanceOf(FolderMediaStore);
  } finally {
    store.close();
    await rm(folder, { recursive: true });
  }
});
