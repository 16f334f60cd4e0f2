import { execFileSync } from "node:child_process";
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

describe("the examples", () => {
  const run = (path: string): string =>
    execFileSync(process.execPath, ["--import", "tsx", path], { cwd: root, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });

  it("an agent as a node of another graph knows in a new thread what was said in an earlier one", () => {
    expect(run("examples/import-as-node.ts").trim().split("\n").at(-1)).toContain("nurse");
  });

  it("memory outside a graph finds, derives and tells", () => {
    const output = run("examples/persona-memory.ts");
    expect(output).toMatch(/Lisbon/);
    expect(output).toMatch(/openness/);
  });
});
