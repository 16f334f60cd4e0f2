import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { SignJWT } from "jose";
import type { Browser, Page } from "playwright-core";
import { buildPage } from "../../scripts/build-page.js";
import { startServerProcess, type ServerProcess } from "../../scripts/start-process.js";
import { hasBrowser, launch, openTab } from "./browser.js";

/** What happens when somebody leaves, when two look at once, and when the server or the token is gone. */
jest.setTimeout(120_000);
const described = hasBrowser ? describe : describe.skip;
if (!hasBrowser) console.warn("Skipped: no Chromium on this machine (Debian: apt-get install chromium).");

const SECRET = "a secret of the tests, long enough for HS256";
const token = (user: string): Promise<string> =>
  new SignJWT().setSubject(user).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(new TextEncoder().encode(SECRET));

let data: string;
let browser: Browser;
const servers: ServerProcess[] = [];
const pages: Page[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  data = await mkdtemp(join(tmpdir(), "personagraph-trouble-"));
  await buildPage();
  browser = await launch();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all(servers.map((server) => server.stop()));
  if (data !== undefined) await rm(data, { recursive: true, force: true });
});

async function serve(name: string, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const server = await startServerProcess({ data: join(data, name), env });
  servers.push(server);
  return server;
}

async function open(url: string, user?: string): Promise<Page> {
  const { page } = await openTab(browser, url, undefined);
  pages.push(page);
  await page.goto(`${url}/persona/`);
  if (user !== undefined) await enter(page, "Whose memory?", user);
  return page;
}

async function enter(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label).fill(text);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Chat" }).waitFor();
}

const visit = (page: Page, view: string): Promise<void> => page.getByRole("navigation").getByRole("link", { name: view }).click();

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Your message").fill(text);
  await page.keyboard.press("Enter");
}
const answered = (page: Page): Promise<void> => page.getByRole("button", { name: "Send" }).waitFor();
const said = (page: Page): Promise<string[]> => page.locator(".bubble.mine").allTextContents();

described("without authentication", () => {
  let server: ServerProcess;
  beforeAll(async () => (server = await serve("open")));

  test("an answer goes on while another view is looked at, and can be stopped afterwards", async () => {
    const page = await open(server.url, "ada");
    let release = (): void => undefined;
    await page.route("**/api/chat*", async (route) => {
      await new Promise<void>((resolve) => (release = resolve));
      await route.continue().catch(() => undefined);
    });
    await say(page, "I have a cat called Tom.");
    await visit(page, "Facts");
    await page.getByRole("heading", { name: "Facts" }).waitFor();
    await visit(page, "Chat");
    await page.getByText("Thinking").waitFor();
    release();
    await answered(page);
    expect(await page.locator(".bubble.answer").textContent()).toMatch(/Tom|noted|remember/i);

    await say(page, "And a dog.");
    await visit(page, "Facts");
    await visit(page, "Chat");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped.").waitFor();
    release();
  });

  test("each tab keeps its own user", async () => {
    const first = await open(server.url, "grace");
    const second = await first.context().newPage();
    await second.goto(`${server.url}/persona/`);
    await second.getByText("grace").waitFor();
    await second.getByRole("button", { name: "Change" }).click();
    await enter(second, "Whose memory?", "linus");
    const asked = first.waitForRequest((request) => request.url().includes("/memories?"));
    await visit(first, "Facts");
    expect(new URL((await asked).url()).searchParams.get("user")).toBe("grace");
    await first.reload();
    await first.locator(".whose").getByText("grace").waitFor();
  });

  test("going back shows the search that was made, in its box too", async () => {
    const page = await open(server.url, "ada");
    const box = page.getByLabel("Search memory");
    await visit(page, "Search");
    for (const words of ["cat", "dog"]) {
      const asked = page.waitForRequest((request) => request.postData()?.includes(`"${words}"`) === true);
      await box.fill(words);
      await page.keyboard.press("Enter");
      await asked;
    }
    await page.goBack();
    await page.waitForURL("**/#/search?q=cat");
    // The address changes before the page has drawn it.
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("input[type=search]")?.value === "cat");
  });

  test("a server that is gone is said in plain words, and what was asked is asked again when it is back", async () => {
    const page = await open(server.url, "ada");
    await page.context().setOffline(true);
    await say(page, "Do I have a cat?");
    await page.getByText(/The server does not answer/).waitFor();
    await visit(page, "Facts");
    await page.getByText(/The server does not answer/).waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("article").first().waitFor();
    await visit(page, "Chat");
    await page.getByRole("button", { name: "Try again" }).click();
    await answered(page);
    expect(await page.locator(".bubble.answer").textContent()).toMatch(/Tom/);
    expect(await said(page)).toEqual(["You: Do I have a cat?"]);
  });
});

described("with authentication", () => {
  let server: ServerProcess;
  beforeAll(async () => (server = await serve("closed", { PERSONAGRAPH_AUTH_SECRET: SECRET })));

  test("a token that no longer counts is asked for again, and the conversation is still there", async () => {
    const page = await open(server.url);
    await page.getByLabel("Access token").fill("no token");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await enter(page, "Access token", await token("ada"));
    await say(page, "I have a cat called Tom.");
    await answered(page);
    await page.evaluate(() => sessionStorage.setItem("personagraph.token", "expired"));
    await visit(page, "Facts");
    await page.getByText(/sign in again/).waitFor();
    await page.getByLabel("Access token").fill(await token("ada"));
    await page.keyboard.press("Enter");
    await page.getByRole("article").first().waitFor();
    await visit(page, "Chat");
    expect(await said(page)).toEqual(["You: I have a cat called Tom."]);
  });

  test("who signs in after somebody else does not see their conversation", async () => {
    const page = await open(server.url);
    await enter(page, "Access token", await token("grace"));
    await say(page, "I have a secret plan.");
    await answered(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await enter(page, "Access token", await token("linus"));
    await page.getByText("Say something about yourself").waitFor();
    expect(await said(page)).toEqual([]);
  });
});
