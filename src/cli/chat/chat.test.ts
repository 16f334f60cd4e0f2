import { afterAll, afterEach, describe, expect, jest, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openaiServer, type OpenAIRequest } from "../../testing/openai-server.js";
import { cropped, picture } from "../../testing/pictures.js";

/** The terminal chat as a process of its own, with its input piped in. */
jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const NO_TRAITS = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 };
const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => Promise.all(folders.map((made) => rm(made, { recursive: true, force: true }))));

async function database(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "personagraph-chat-"));
  folders.push(made);
  return join(made, "memory.db");
}

function chat(db: string, { args = [], env = {} }: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {}) {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(PERSONAGRAPH_|LANGSMITH_|LANGCHAIN_|OPENAI_|NODE_OPTIONS$|JEST_)/.test(name),
  );
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", "chat", "--user", "ada", "--db", db, ...args], {
    cwd: ROOT,
    env: { ...Object.fromEntries(own), TZ: "UTC", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  let text = "";
  const read = (chunk: Buffer): void => void (text += chunk.toString("utf8"));
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    /** Types lines; the input ends after them with `end`. */
    type: (...lines: readonly string[]) => void child.stdin.write(lines.map((line) => `${line}\n`).join("")),
    end: () => child.stdin.end(),
    interrupt: () => child.kill("SIGINT"),
    /** Waits until it has printed something, and answers all that it has printed. */
    async printed(expected: RegExp): Promise<string> {
      for (const late = Date.now() + 60_000; !expected.test(text); await sleep(20)) {
        if (Date.now() > late || child.exitCode !== null) throw new Error(`It has not printed ${String(expected)} but:\n${text}`);
      }
      return text;
    },
    /** Waits until it has ended by itself. */
    async done(): Promise<{ code: number | null; text: string }> {
      return { code: await ended, text };
    },
  };
}

describe("the chat in the terminal", () => {
  test("remembers across threads, shows what it recalled and knows, and quits", async () => {
    const { type, done } = chat(await database());
    type(
      "My sister Clara lives in Braga.",
      "/profile",
      "/new",
      "Where does my sister live?",
      "/recalled",
      "/personality off",
      "/personality reset",
      "/personality",
      "/end",
      "/profile",
      "/quit",
      "not read any more",
    );
    const { code, text } = await done();
    expect(code).toBe(0);
    expect(text).toContain("keyless: fixed rules, no language model");
    const part = (from: string, to: string): string => text.slice(text.indexOf(from), text.indexOf(to));
    const noted = part("Noted", "Profile ");
    const before = part("Profile ", "A new thread");
    const asked = part("A new thread", "Recalled ");
    const recalled = part("Recalled ", "Personality is switched off");
    const off = part("Personality is switched off", "The conversation has ended");
    const after = text.slice(text.indexOf("The conversation has ended"));
    expect(noted).toContain("My sister Clara lives in Braga");
    expect(before).toMatch(/still empty[^]*Facts \(1\):\n.*Clara lives in Braga/);
    expect(asked).toMatch(/Clara lives in Braga.*\[m[0-9a-f]+\]/);
    expect(recalled).toMatch(/\* \[m[0-9a-f]+\] .*Clara lives in Braga/);
    expect(recalled).toMatch(/\d\.\d\d = \S+.* \d\.\d\d/);
    expect(off).toMatch(/openness +3\.00/);
    expect(after).toMatch(/Profile [^]*Braga/);
    expect(text).not.toContain("not read");
  });

  test("files what was said when the input just ends, and leaves the session open", async () => {
    const db = await database();
    const first = chat(db);
    first.type("I play the cello in a small orchestra.");
    first.end();
    expect((await first.done()).code).toBe(0);
    const second = chat(db);
    second.type("/profile", "Which instrument do I play?");
    second.end();
    const { code, text } = await second.done();
    expect(code).toBe(0);
    expect(text).toMatch(/still empty[^]*plays the cello/);
    expect(text.slice(text.indexOf("Facts"))).toMatch(/cello in a small orchestra.*\[m[0-9a-f]+\]/);
  });

  test("Ctrl-C during an answer ends that answer only; without one it ends the chat", async () => {
    let hung = 0;
    const server = await openaiServer({
      answer: ({ forced, messages }: OpenAIRequest) => {
        if (forced !== undefined) return { args: { changes: [], traits: NO_TRAITS } };
        if (!String(messages.at(-1)!.content).startsWith("Take your time")) return "A quick answer.";
        hung += 1;
        return { hang: true };
      },
    });
    try {
      const { type, printed, interrupt, done } = chat(await database(), {
        env: { PERSONAGRAPH_MODEL: "openai:gpt-test", PERSONAGRAPH_BASE_URL: server.url, OPENAI_API_KEY: "test" },
      });
      type("Take your time.");
      for (const late = Date.now() + 60_000; hung === 0 && Date.now() < late;) await sleep(20);
      interrupt();
      await printed(/\(stopped\)/);
      type("And now?");
      await printed(/A quick answer\./);
      type("/recalled");
      await printed(/Recalled for/);
      interrupt();
      expect((await done()).code).toBe(0);
    } finally {
      await server.close();
    }
  });

  test("a model that turns the request down is reported, and the chat goes on", async () => {
    let n = 0;
    const server = await openaiServer({
      answer: ({ forced }) =>
        forced !== undefined
          ? { args: { changes: [], traits: NO_TRAITS } }
          : n++ === 0
            ? { status: 401, body: { error: { message: "No such key." } } }
            : "Here I am.",
    });
    try {
      const { type, end, done } = chat(await database(), {
        env: { PERSONAGRAPH_MODEL: "openai:gpt-test", PERSONAGRAPH_BASE_URL: server.url, OPENAI_API_KEY: "test" },
      });
      type("Hello?", "Still there?");
      end();
      const { code, text } = await done();
      expect(text).toMatch(/! .*No such key[^]*Here I am\./);
      expect(code).toBe(0);
    } finally {
      await server.close();
    }
  });

  test("an option that does not exist ends it with its name", async () => {
    const { done } = chat(await database(), { args: ["--usr", "x"] });
    const { code, text } = await done();
    expect(code).toBe(2);
    expect(text).toMatch(/unknown option '--usr'[^]*Did you mean --user/);
  });

  test("sends an image with words, and finds what it was called by a copy", async () => {
    const db = await database();
    const [photo, copy] = [join(db, "..", "my truck.jpg"), join(db, "..", "copy.jpg")];
    await writeFile(photo, await picture(1));
    await writeFile(copy, await cropped(await picture(1)));
    const { type, done } = chat(db);
    type(`/image "${photo}" This is Bessie, my old truck.`, "/new", `/image ${copy}`, "/recalled", "/image nowhere.jpg", "/image", "/quit");
    const { code, text } = await done();
    expect(code).toBe(0);
    expect(text).toMatch(/Recalled for the last answer[^]*This is Bessie, my old truck\./);
    expect(text).toContain("! nowhere.jpg cannot be read: ENOENT");
    expect(text).toContain("! Write /image <file>");
  });
});
