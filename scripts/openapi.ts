/** `npm run openapi`: writes docs/openapi.json from the schemas that check the requests. */
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { documentOf } from "../src/server/inspector.js";

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const { version } = JSON.parse(readFileSync(at("package.json"), "utf8")) as { version: string };
const document = documentOf(version);
writeFileSync(at("docs/openapi.json"), await format(JSON.stringify(document), { parser: "json", printWidth: 140 }));
