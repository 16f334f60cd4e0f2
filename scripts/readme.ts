/** Writes the parts of the README that follow from the code: `npm run readme`. A test compares them. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createPersonaAgent, OptionsSchema } from "../src/index.js";

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Record<string, Property>;
}

/** One row a setting; settings of a group are written with a dot. */
export function settingsTable(): string {
  const schema = z.toJSONSchema(OptionsSchema, { unrepresentable: "any", io: "input" }) as Property;
  const rows = (properties: Record<string, Property>, prefix: string): string[] =>
    Object.entries(properties).flatMap(([name, property]) =>
      property.properties
        ? rows(property.properties, `${prefix}${name}.`)
        : [`| \`${prefix}${name}\` | ${shown(property)} | ${(property.description ?? "").replaceAll("|", "\\|")} |`],
    );
  return ["| setting | default | meaning |", "| --- | --- | --- |", ...rows(schema.properties ?? {}, "")].join("\n");
}

const shown = (property: Property): string => {
  const value = property.default;
  if (value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)) return "";
  return `\`${JSON.stringify(value).replaceAll('"', typeof value === "string" ? "" : '"')}\``;
};

/** The graph as Mermaid draws it, with the memory subgraph open. */
export async function diagram(): Promise<string> {
  const graph = await createPersonaAgent({ model: "keyless", store: ":memory:" }).getGraphAsync({ xray: true });
  return ["```mermaid", graph.drawMermaid({ withStyles: false }).trim(), "```"].join("\n");
}

/** Puts a text between `<!-- name -->` and `<!-- /name -->`. */
export function between(document: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(open), document.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${open} … ${close}.`);
  return `${document.slice(0, from + open.length)}\n${text}\n${document.slice(to)}`;
}

/** Puts the text of an example, which CI compiles and runs, into the code block that names its file. */
export const example = (document: string, path: string): string =>
  document.replace(new RegExp("```ts\\n// " + path + "\\n[^]*?```"), () => {
    const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
    return `\`\`\`ts\n// ${path}\n${text.split("\n").slice(1).join("\n").trim()}\n\`\`\``;
  });

const EXAMPLES = ["examples/import-as-node.ts", "examples/persona-memory.ts"];

export async function readme(document: string): Promise<string> {
  const filled = between(between(document, "settings", settingsTable()), "graph", await diagram());
  return EXAMPLES.reduce(example, filled);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = new URL("../README.md", import.meta.url);
  writeFileSync(path, await readme(readFileSync(path, "utf8")));
}
