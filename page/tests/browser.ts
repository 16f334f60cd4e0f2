import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** For tests: the machine's Chromium. CI installs it (`.ci/run`); elsewhere tests that need it are skipped without. */
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
export const hasBrowser = CHROMIUM !== undefined || process.env["CI"] === "true";

/** Build output, to be looked at: what the tests saw. */
const SHOTS = fileURLToPath(new URL("../../build-output/screenshots/", import.meta.url));

export const launch = (): Promise<Browser> =>
  // Inside containers Chromium's own sandbox has no rights; it only ever loads our page.
  chromium.launch({ args: ["--no-sandbox"], ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }) });

/** A tab of the inspector, and everything that went wrong in it. */
export interface Tab {
  readonly page: Page;
  readonly go: (view: string) => Promise<void>;
  readonly shot: (name: string) => Promise<void>;
  /** Errors, refused content, dialogs, and requests to anywhere else. */
  readonly trouble: readonly string[];
}

export async function openTab(browser: Browser, url: string, user: string | undefined, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 820 },
    locale: "en-GB",
    timezoneId: "Europe/Lisbon",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(`console: ${message.text()}`));
  page.on("dialog", (dialog) => (trouble.push(`dialog: ${dialog.message()}`), void dialog.dismiss()));
  page.on(
    "request",
    (request) => request.url().startsWith(url) || request.url().startsWith("blob:") || trouble.push(`request: ${request.url()}`),
  );
  if (user !== undefined) await context.addInitScript((name) => localStorage.setItem("personagraph.user", name), user);
  const go = async (view: string): Promise<void> => {
    await page.goto(`${url}/persona/#/${view}`);
    await page.locator("h1").waitFor();
    await page.getByText("Loading …").waitFor({ state: "detached" });
  };
  return { page, go, trouble, shot: async (name) => void (await page.screenshot({ path: `${SHOTS}${name}.png`, fullPage: true })) };
}

interface Axe {
  run(root: unknown, options: object): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>;
}

/** What axe-core finds fault with: rules of WCAG 2.2 A and AA, and good practice. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: Axe }).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary ?? ""}`),
  );
}
