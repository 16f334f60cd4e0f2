import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Client } from "@langchain/langgraph-sdk";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startServerProcess, type ServerProcess } from "../scripts/start-process.js";
import { userNamespace } from "../src/index.js";
import { verifier } from "../src/server/auth.js";

jest.setTimeout(180_000);

const SECRET = "a shared secret of more than 32 characters";
const key = new TextEncoder().encode(SECRET);
const tokenFor = (sub: string, expires = "10m"): Promise<string> =>
  new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setSubject(sub).setExpirationTime(expires).sign(key);

describe("a server that asks for tokens", () => {
  let server: ServerProcess;
  let data: string;
  const client = (token: string): Client =>
    new Client({ apiUrl: server.url, apiKey: null as never, defaultHeaders: { authorization: `Bearer ${token}` } });
  const post = (path: string, headers: Record<string, string>, body: object = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "personagraph-auth-"));
    server = await startServerProcess({ data, env: { PERSONAGRAPH_AUTH_SECRET: SECRET, PERSONAGRAPH_STORE: "platform" } });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
  });

  test("answers nobody without a valid one, whatever header claims to be Studio", async () => {
    const other = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("ada")
      .setExpirationTime("10m")
      .sign(new TextEncoder().encode("x".repeat(40)));
    const attempts: Record<string, string>[] = [
      {},
      { "x-auth-scheme": "langsmith" },
      { "x-api-key": "lsv2_something", "x-auth-scheme": "langsmith" },
      { authorization: "Basic YWRhOmFkYQ==" },
      { authorization: "Bearer nonsense" },
      { authorization: `Bearer ${other}` },
      { authorization: `Bearer ${await tokenFor("ada", "-1m")}` },
      {
        authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"ada"}').toString("base64url")}.`,
      },
    ];
    for (const headers of attempts) {
      for (const path of ["/threads", "/threads/search", "/runs/wait", "/store/items/search"])
        expect([path, headers, (await post(path, headers)).status]).toEqual([path, headers, 401]);
    }
  });

  test("takes the user from the token, whatever the request says", async () => {
    const [ada, eve] = [client(await tokenFor("ada")), client(await tokenFor("eve"))];
    const say = (who: Client, content: string, userId: string) =>
      who.runs.wait(null, "agent", { input: { messages: [{ role: "user", content }] }, context: { userId } }) as Promise<{
        recalled?: { text: string }[];
      }>;
    await say(ada, "My sister Mia is a nurse.", "ada");
    const stolen = await say(eve, "What does my sister Mia do?", "ada");
    expect(JSON.stringify(stolen.recalled)).not.toContain("nurse");
    const own = await say(ada, "What does my sister Mia do?", "eve");
    expect(JSON.stringify(own.recalled)).toContain("nurse");
  });

  test("keeps threads and runs to their owner", async () => {
    const [ada, eve] = [client(await tokenFor("ada")), client(await tokenFor("eve"))];
    const { thread_id } = await ada.threads.create();
    await ada.runs.wait(thread_id, "agent", { input: { messages: [{ role: "user", content: "Hello." }] } });
    const [run] = await ada.runs.list(thread_id);
    await expect(eve.threads.get(thread_id)).rejects.toThrow(/40[34]/);
    await expect(eve.threads.getState(thread_id)).rejects.toThrow(/40[34]/);
    await expect(eve.threads.getHistory(thread_id)).rejects.toThrow(/40[34]/);
    await expect(eve.runs.get(thread_id, run!.run_id)).rejects.toThrow(/40[34]/);
    await expect(eve.runs.wait(thread_id, "agent", { input: { messages: [{ role: "user", content: "Hi." }] } })).rejects.toThrow(/40[349]/);
    await expect(eve.threads.update(thread_id, { metadata: { owner: "eve" } })).rejects.toThrow(/40[34]/);
    await expect(eve.threads.delete(thread_id)).rejects.toThrow(/40[34]/);
    expect(await eve.threads.search()).toEqual([]);
    expect(JSON.stringify(await ada.threads.search())).toContain(thread_id);
  });

  test("keeps the store to its owner, and what the memory holds from being written past it", async () => {
    const [ada, eve] = [client(await tokenFor("ada")), client(await tokenFor("eve"))];
    const hers = [...userNamespace("ada"), "message"];
    expect((await ada.store.searchItems(hers)).items.length).toBeGreaterThan(0);
    await expect(ada.store.putItem(hers, "x", { text: "forged" })).rejects.toThrow(/403/);
    await expect(eve.store.searchItems(hers)).rejects.toThrow(/403/);
    await expect(eve.store.searchItems(["personagraph"])).rejects.toThrow(/403/);
    await expect(eve.store.listNamespaces({})).rejects.toThrow(/403/);
    await ada.store.putItem(["ada", "notes"], "x", { text: "mine" });
    await expect(eve.store.getItem(["ada", "notes"], "x")).rejects.toThrow(/403/);
    // The server's store would find "ada" for whoever is called "ad".
    const ad = client(await tokenFor("ad"));
    expect((await ad.store.searchItems(["ad"])).items).toEqual([]);
    expect((await ad.store.listNamespaces({ prefix: ["ad"] })).namespaces).toEqual([]);
    expect((await ada.store.searchItems(["ada"])).items).toHaveLength(1);
  });

  test("lets nobody change the graphs", async () => {
    const ada = client(await tokenFor("ada"));
    expect((await ada.assistants.search()).length).toBeGreaterThan(0);
    await expect(ada.assistants.create({ graphId: "agent" })).rejects.toThrow(/403/);
  });
});

describe("settings", () => {
  test("that leave it open who may come in are refused", () => {
    expect(() => verifier({})).toThrow(/No way to check tokens/);
    expect(() => verifier({ secret: "short" })).toThrow(/has 5 characters/);
    expect(() => verifier({ secret: SECRET, jwks: "https://example.com/jwks" })).toThrow(/not clear which one/);
  });

  test("without authentication the server listens on this machine only", async () => {
    const data = await mkdtemp(join(tmpdir(), "personagraph-auth-"));
    await expect(startServerProcess({ data, args: ["--host", "0.0.0.0"] })).rejects.toThrow(/listens on this machine only/);
    await rm(data, { recursive: true, force: true });
  });
});

describe("tokens of a public key", () => {
  let keys: Server;
  afterAll(() => void keys?.close());

  test("are checked against the JWKS, with issuer and audience, and never as shared secrets", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" };
    keys = createServer((_request, response) =>
      response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [jwk] })),
    );
    await new Promise<void>((done) => keys.listen(0, "127.0.0.1", done));
    const jwks = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`;
    const verify = verifier({ jwks, issuer: "https://id.example.com", audience: "persona" });
    const token = (claims: object, header = { alg: "ES256", kid: "k1" }) =>
      new SignJWT({ sub: "ada", iss: "https://id.example.com", aud: "persona", ...claims })
        .setProtectedHeader(header)
        .setExpirationTime("5m")
        .sign(privateKey);
    expect((await verify(await token({}))).sub).toBe("ada");
    await expect(verify(await token({ iss: "https://elsewhere.example.com" }))).rejects.toThrow();
    await expect(verify(await token({ aud: "other" }))).rejects.toThrow();
    const forged = await new SignJWT({ sub: "ada", iss: "https://id.example.com", aud: "persona" })
      .setProtectedHeader({ alg: "HS256", kid: "k1" })
      .setExpirationTime("5m")
      .sign(new TextEncoder().encode(JSON.stringify(jwk)));
    await expect(verify(forged)).rejects.toThrow();
  });
});
