import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, jest, test } from "@jest/globals";
import { Client } from "@langchain/langgraph-sdk";
import { SignJWT } from "jose";
import { startServerProcess, type ServerProcess } from "../scripts/start-process.js";

/** Updates in the background, on the real server: they are runs of the graph "memory" on the user's own thread. */
jest.setTimeout(180_000);

const SECRET = "a shared secret of more than 32 characters";
const TEXTS = [
  "My sister Clara lives in Braga.",
  "I moved to Lisbon last May.",
  "My brother Duarte is a chef.",
  "I have a dog named Bolt.",
  "I work as a nurse.",
  "I love hiking.",
  "My cousin Rita is a baker in Faro.",
  "I am allergic to peanuts.",
  "My mother Ines is a teacher.",
  "I play the piano.",
];

let server: ServerProcess | undefined;
let data: string | undefined;
afterEach(async () => {
  await server?.stop();
  if (data !== undefined) await rm(data, { recursive: true, force: true });
});

const tokenFor = (sub: string): Promise<string> =>
  new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setSubject(sub).setExpirationTime("10m").sign(new TextEncoder().encode(SECRET));

interface Answered {
  readonly messages: readonly { readonly content: string }[];
  readonly recalled: readonly { readonly kind: string; readonly text: string }[];
  readonly warnings: Readonly<Record<string, string>>;
  readonly written: object;
}

test.each([
  ["open", {}],
  ["with tokens", { PERSONAGRAPH_AUTH_SECRET: SECRET }],
])("ten exchanges in quick succession: no turn is refused, and one memory run does them all (%s)", async (_, env) => {
  data = await mkdtemp(join(tmpdir(), "personagraph-background-"));
  server = await startServerProcess({ data, env: { PERSONAGRAPH_UPDATE: "background", PERSONAGRAPH_STORE: "platform", ...env } });
  const headers: Record<string, string> = "PERSONAGRAPH_AUTH_SECRET" in env ? { authorization: `Bearer ${await tokenFor("ada")}` } : {};
  const client = new Client({ apiUrl: server.url, apiKey: null as never, defaultHeaders: headers });
  const { thread_id } = await client.threads.create();
  const say = async (content: string): Promise<Answered> =>
    (await client.runs.wait(thread_id, "agent", {
      input: { messages: [{ role: "user", content }] },
      context: { userId: "ada" },
      // What the server would answer with 422 is an error here.
      multitaskStrategy: "reject",
    })) as unknown as Answered;
  for (const text of TEXTS) expect((await say(text)).warnings).toEqual({});

  const [memory, ...others] = await client.threads.search({ metadata: { graph_id: "memory" } });
  expect(others).toEqual([]);
  expect(memory!.thread_id).not.toBe(thread_id);
  const runs = async () => client.runs.list(memory!.thread_id);
  for (let i = 0; i < 600 && (await runs()).some(({ status }) => ["pending", "running"].includes(status)); i++) await sleep(50);
  expect((await runs()).map(({ status }) => status)).toEqual(["success"]);

  const said = await say("Where does my sister Clara live?");
  expect(
    said.recalled
      .filter(({ kind }) => kind === "fact")
      .map(({ text }) => text)
      .join("\n"),
  ).toMatch(/Braga/);
});
