import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchImage, isPublic, type FetchRule } from "./fetch-image.js";

let server: Server;
let host: string;
const answers: Record<string, (response: ServerResponse) => void> = {
  "/image": (response) => response.end("bytes"),
  "/there": (response) => response.writeHead(302, { location: "/image" }).end(),
  "/round": (response) => response.writeHead(302, { location: "/round" }).end(),
  "/inside": (response) => response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end(),
  "/file": (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  "/gone": (response) => response.writeHead(404).end("no"),
  "/large": (response) => response.writeHead(200, { "content-length": "2000" }).end(Buffer.alloc(2000)),
  "/endless": (response) => {
    const write = (): void => {
      if (!response.destroyed) response.write(Buffer.alloc(500), () => setImmediate(write));
    };
    write();
  },
  "/silent": () => undefined,
};

beforeAll(async () => {
  server = createServer((request, response) => (answers[request.url ?? ""] ?? answers["/gone"]!)(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const rule = (further: Partial<FetchRule> = {}): FetchRule => ({
  fetch: true,
  privateHosts: [host],
  fetchTimeout: 5,
  maxBytes: 1000,
  ...further,
});
const outcome = (url: string, further?: Partial<FetchRule>): Promise<string> =>
  fetchImage(url, rule(further)).then(
    (bytes) => Buffer.from(bytes).toString(),
    (error: { code: string }) => error.code,
  );

describe("an image at an address", () => {
  it("is fetched, also where it was moved to", async () => {
    expect(await outcome(`http://${host}/image`)).toBe("bytes");
    expect(await outcome(`http://${host}/there`)).toBe("bytes");
  });

  it("is not fetched from a private address, by number, by name or by a detour", async () => {
    for (const url of [
      `http://${host}/image`,
      "http://127.1/x",
      "http://2130706433/x",
      "http://0x7f.0.0.1/x",
      "http://0.0.0.0/x",
      "http://10.0.0.1/x",
      "http://192.168.1.1/x",
      "http://172.16.0.1/x",
      "http://169.254.169.254/x",
      "http://100.64.0.1/x",
      "http://[::1]/x",
      "http://[::ffff:127.0.0.1]/x",
      "http://[64:ff9b::7f00:1]/x",
      "http://[fd00::1]/x",
      "http://[fe80::1]/x",
      "http://[2002:7f00:1::]/x",
      "http://localhost/x",
    ])
      expect([url, await outcome(url, { privateHosts: [] })]).toEqual([url, "IMAGE_ADDRESS"]);
    expect(await outcome(`http://${host}/inside`)).toBe("IMAGE_ADDRESS");
  });

  it("is not fetched by other protocols or with a password, nor where fetching is off", async () => {
    for (const url of ["file:///etc/passwd", "ftp://example.com/x", "http://ada:secret@example.com/x", "no address"])
      expect([url, await outcome(url)]).toEqual([url, "IMAGE_URL"]);
    expect(await outcome(`http://${host}/file`)).toBe("IMAGE_URL");
    expect(await outcome(`http://${host}/image`, { fetch: false })).toBe("IMAGE_URL");
  });

  it("is given up when it is too large, says no, goes round in circles or says nothing", async () => {
    expect(await outcome(`http://${host}/large`)).toBe("IMAGE_BYTES");
    expect(await outcome(`http://${host}/endless`)).toBe("IMAGE_BYTES");
    expect(await outcome(`http://${host}/gone`)).toBe("IMAGE_FETCH");
    expect(await outcome(`http://${host}/round`)).toBe("IMAGE_FETCH");
    expect(await outcome(`http://${host}/silent`, { fetchTimeout: 0.05 })).toBe("IMAGE_FETCH");
    const controller = new AbortController();
    const given = fetchImage(`http://${host}/silent`, rule(), controller.signal);
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: "IMAGE_FETCH" });
  });

  it("does not show in an error what may be a key", async () => {
    await expect(fetchImage(`http://${host}/gone?token=s3cret#also`, rule())).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/s3cret|also/) }),
    );
  });
});

test("public addresses are the ordinary ones alone", () => {
  expect(["8.8.8.8", "2606:4700::1111"].map(isPublic)).toEqual([true, true]);
  expect(["224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "ff02::1", "2001:db8::1", "nonsense"].filter(isPublic)).toEqual([]);
});
