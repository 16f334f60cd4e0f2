import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jest } from "@jest/globals";
import type { Browser } from "playwright-core";
import { buildPage } from "../../scripts/build-page.js";
import { startServerProcess, type ServerProcess } from "../../scripts/start-process.js";
import { picture } from "../../src/testing/pictures.js";
import { axe, hasBrowser, launch, openTab, type Tab } from "./browser.js";
import { HOSTILE, seed } from "./seed.js";

/** The page in a real browser against the real server. Screenshots are left in build-output/screenshots. */
jest.setTimeout(120_000);
const described = hasBrowser ? describe : describe.skip;
if (!hasBrowser) console.warn("Skipped: no Chromium on this machine (Debian: apt-get install chromium).");

const VIEWS = ["chat", "profile", "facts", "timeline", "habits", "personality", "search?q=Where+do+I+live", "storage"];

let data: string;
let server: ServerProcess;
let browser: Browser;
const tabs: Tab[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  data = await mkdtemp(join(tmpdir(), "personagraph-page-"));
  await Promise.all([seed(join(data, "memory.db")), buildPage()]);
  [server, browser] = await Promise.all([startServerProcess({ data }), launch()]);
});
afterEach(async () => {
  for (const tab of tabs.splice(0)) {
    await tab.page.context().close();
    expect(tab.trouble).toEqual([]);
  }
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  if (data !== undefined) await rm(data, { recursive: true, force: true });
});

async function open(user: string | undefined, options?: Parameters<typeof openTab>[3]): Promise<Tab> {
  const tab = await openTab(browser, server.url, user, options);
  tabs.push(tab);
  return tab;
}

async function say({ page }: Tab, text: string): Promise<string> {
  await page
    .getByRole("button", { name: "New conversation" })
    .click({ force: true })
    .catch(() => undefined);
  await page.getByLabel("Your message").fill(text);
  await page.keyboard.press("Enter");
  await page.locator(".bubble.answer").last().waitFor();
  await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
  return (await page.locator(".bubble.answer").last().textContent()) ?? "";
}

described("a conversation", () => {
  test("streams, shows what was recalled and why, and what was written; a corrected fact changes the answer", async () => {
    const tab = await open("ada");
    const { page, go, shot } = tab;
    await go("chat");
    expect(await say(tab, "What does my sister Mia do?")).toMatch(/teacher/);
    const recalled = page.getByRole("complementary", { name: "Memory of this answer" });
    const used = recalled.locator(".recalled.cited").first();
    expect(await used.textContent()).toMatch(/sister Mia is a teacher/);
    await used.getByText("Why it was recalled").click();
    expect(await used.getByRole("row").first().textContent()).toMatch(/\+\d/);
    await page.locator(".cite").first().click();
    expect(await page.locator(".recalled.lit").textContent()).toMatch(/Mia/);
    expect(await axe(page)).toEqual([]);
    await shot("chat");

    await go("facts");
    await page.getByLabel("Filter").fill("sister");
    const card = page.getByRole("article").filter({ hasText: "sister Mia is a teacher" });
    await card.getByRole("button", { name: "Where from" }).click();
    await card.getByText("My sister Mia is a teacher in Porto.").waitFor();
    await card.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("New text of the fact").fill("The user's sister Mia is a surgeon in Porto.");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Your profile also says, from the same message: “Sister: Mia is a teacher in Porto”.").waitFor();
    const corrected = page.getByRole("article").filter({ hasText: "surgeon" });
    await corrected.getByRole("button", { name: "History" }).click();
    await corrected.getByText("The user's sister Mia is a teacher in Porto.").waitFor();
    await shot("facts-history");

    await page.getByRole("link", { name: "Correct the profile" }).click();
    const entry = page.getByRole("article").filter({ hasText: "Mia is a teacher" });
    await entry.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("New text for Sister").fill("Mia is a surgeon in Porto");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("article").filter({ hasText: "Mia is a surgeon" }).waitFor();

    await go("chat");
    expect(await say(tab, "What does my sister Mia do?")).toMatch(/surgeon/);
    await say(tab, "I have a dog called Bolt.");
    await recalled.locator(".written").getByText(/Bolt/).waitFor();
    await shot("chat-written");
  });

  test("takes images, and shows them where they are remembered", async () => {
    const tab = await open("grace");
    const { page, go, shot } = tab;
    await go("chat");
    await page.getByLabel("Images to send").setInputFiles({ name: "truck.jpg", mimeType: "image/jpeg", buffer: await picture(1) });
    await page.getByRole("button", { name: "Leave out truck.jpg" }).waitFor();
    await page.getByLabel("Your message").fill("This is Bessie, my old truck.");
    await page.keyboard.press("Enter");
    await page.getByRole("img", { name: "Sent image" }).waitFor();
    await page.locator(".bubble.answer").last().waitFor();
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "New conversation" }).click();
    const beside = page.getByRole("complementary", { name: "Memory of this answer" });
    await page.getByLabel("Images to send").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no image") });
    await page.getByText("notes.txt is no image.").waitFor();
    const pasted = (await picture(1)).toString("base64");
    await page.getByLabel("Your message").evaluate((box, base64) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], "pasted.jpg", { type: "image/jpeg" }));
      box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, pasted);
    await page.getByRole("button", { name: "Leave out pasted.jpg" }).waitFor();
    await page.getByLabel("Your message").fill("Look what I saw again!");
    await page.keyboard.press("Enter");
    await beside.getByRole("listitem").filter({ hasText: "This is Bessie" }).locator("img.picture").waitFor();
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    await shot("chat-images");
    await go("search?q=Bessie");
    const thumbnail = page.getByRole("article").filter({ hasText: "This is Bessie" }).locator("img.picture").first();
    await thumbnail.waitFor();
    expect(
      await thumbnail.evaluate((image) => (image as HTMLImageElement).decode().then(() => (image as HTMLImageElement).naturalWidth)),
    ).toBeGreaterThan(50);
    await shot("search-images");
  });

  test("a pinned memory is recalled whatever is asked", async () => {
    const tab = await open("grace");
    const { page, go } = tab;
    await go("facts");
    const card = page.getByRole("article").filter({ hasText: "tea" }).first();
    await card.getByRole("button", { name: "Pin" }).click();
    await card.getByText("Pinned", { exact: true }).waitFor();
    await go("chat");
    await say(tab, "What rhymes with blue?");
    expect(await page.locator(".recalled").allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining("tea")]));
  });
});

described("every view", () => {
  test.each(["light", "dark"] as const)("pleases axe in %s", async (colorScheme) => {
    const faults: string[] = [];
    for (const user of colorScheme === "light" ? ["grace", "nobody"] : ["grace"]) {
      const { page, go, shot } = await open(user, { colorScheme });
      for (const view of VIEWS) {
        await go(view);
        await page.locator(".state, .chat").first().waitFor();
        faults.push(...(await axe(page)).map((fault) => `${user} ${view}: ${fault}`));
        await shot(`${view.split("?")[0]!}-${user === "nobody" ? "empty-" : ""}${colorScheme}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test("fits a phone, with its menu", async () => {
    const { page, go, shot } = await open("grace", { viewport: { width: 360, height: 740 }, hasTouch: true });
    await go("chat");
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: "Facts" }).click();
    await page.getByRole("heading", { name: "Facts" }).waitFor();
    expect(await page.getByRole("link", { name: "Facts" }).isVisible()).toBe(false);
    for (const view of VIEWS) {
      await go(view);
      await page.locator(".state, .chat").first().waitFor();
      expect([view, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([view, 360]);
      await shot(`${view.split("?")[0]!}-phone`);
    }
  });
});

described("by keyboard alone", () => {
  test("one gets in, past the navigation, corrects a fact, and leaves a dialog as one came", async () => {
    const { page } = await open(undefined);
    const { keyboard } = page;
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    const tabTo = async (name: string | RegExp, back = false): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        await keyboard.press(back ? "Shift+Tab" : "Tab");
        const text = await focused();
        if (typeof name === "string" ? text === name : name.test(text)) return;
      }
      throw new Error(`Tab does not reach ${String(name)}.`);
    };
    await page.goto(`${server.url}/persona`);
    await page.getByLabel("Whose memory?").waitFor();
    await keyboard.press("Tab");
    await keyboard.type("grace");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Chat" }).waitFor();
    await tabTo("Facts");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Facts" }).waitFor();
    await page.getByRole("article").first().waitFor();
    expect(await focused()).toBe("Facts");
    await tabTo("Edit");
    await keyboard.press("Enter");
    await page.getByRole("textbox", { name: "New text" }).waitFor();
    await keyboard.press("Escape");
    await tabTo("Delete");
    const text = await page.getByRole("article").first().locator(".text").textContent();
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await focused()).toBe("Delete");
    expect(await page.getByRole("article").first().locator(".text").textContent()).toBe(text);
    await tabTo("Edit", true);
    await keyboard.press("Enter");
    await keyboard.press("Control+A");
    await keyboard.type("The user corrected this by keyboard.");
    await keyboard.press("Control+Enter");
    await page.getByText("The user corrected this by keyboard.").waitFor();
  });
});

described("hostile memory text", () => {
  test("a long user id takes one line, and leaves room for the rest", async () => {
    for (const width of [360, 1280]) {
      const { page, go } = await open(`${"x".repeat(300)} <i>`, { viewport: { width, height: 740 } });
      await go("chat");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect((await page.locator(".whose").boundingBox())!.height).toBeLessThan(50);
    }
  });

  test("is shown as it stands, and does nothing", async () => {
    const { page, go, shot } = await open("mallory");
    for (const view of VIEWS) {
      await go(view);
      await page.locator(".state, .chat").first().waitFor();
    }
    await go("facts");
    const shown = await page.locator(".memory .text").allTextContents();
    expect(shown.sort()).toEqual([...HOSTILE].sort());
    expect(await page.locator("main script, main iframe, main img, main link, main a[href^='javascript']").count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
    await shot("hostile");
    await go("chat");
    await page.getByLabel("Your message").fill("What about <img src=x onerror=globalThis.broken=1> and javascript:globalThis.broken=1?");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Send" }).waitFor();
    expect(await page.evaluate(() => (globalThis as { broken?: unknown }).broken)).toBeUndefined();
    expect(page.url()).toContain(`${server.url}/persona/`);
  });
});

described("a thousand facts", () => {
  test("come fifty at a time, and are filtered on the server", async () => {
    const { page, go, shot } = await open("crowd");
    await go("facts");
    await page.getByText("50 of 1,000 facts").waitFor();
    expect(await page.getByRole("article").count()).toBe(50);
    await page.getByRole("button", { name: "Show 50 more" }).click();
    await page.getByText("100 of 1,000 facts").waitFor();
    await page.getByLabel("Filter").fill("number 777.");
    await page.getByText("1 fact", { exact: true }).waitFor();
    expect(await page.getByRole("article").textContent()).toContain("The user owns book number 777.");
    await shot("facts-thousand");
  });
});

described("export and erase", () => {
  test("the file holds everything; then, once the name is typed, nothing is left", async () => {
    const { page, go, shot } = await open("ada");
    await go("storage");
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export everything" }).click();
    const lines = (await readFile(await (await downloading).path(), "utf8")).trim().split("\n");
    expect(lines.length).toBeGreaterThan(20);
    await page.getByRole("button", { name: /Erase everything/ }).click();
    const dialog = page.getByRole("dialog");
    const erase = dialog.getByRole("button", { name: "Erase everything" });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("ad");
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("ada");
    await shot("erase");
    await erase.click();
    await page.getByText(/^Erased: \d+ messages/).waitFor();
    for (const view of ["facts", "timeline", "habits", "profile"]) {
      await go(view);
      await page.locator(".empty").waitFor();
    }
    const { bytes } = await page.evaluate(async () => {
      const { storage } = (await (await fetch("/persona/api/status?user=ada")).json()) as { storage: Record<string, { bytes: number }> };
      return {
        bytes: Object.entries(storage)
          .filter(([name]) => name !== "meta")
          .reduce((sum, [, size]) => sum + size.bytes, 0),
      };
    });
    expect(bytes).toBe(0);
  });
});
