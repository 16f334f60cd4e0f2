import { existsSync, readFileSync } from "node:fs";
import { readme } from "./readme.js";

const root = new URL("..", import.meta.url);
const document = readFileSync(new URL("README.md", root), "utf8");
const { scripts } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { scripts: Record<string, string> };

describe("the README", () => {
  it("holds the settings, the graph and the examples as they are in the code (npm run readme)", async () => {
    expect(document).toBe(await readme(document));
  });

  it("names only commands and files that exist", () => {
    const commands = [...document.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name!);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    const links = [...document.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });
});
