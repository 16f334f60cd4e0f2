import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono, type Context } from "hono";
import { PAGE } from "./paths.js";

/** Nothing from elsewhere, nothing inline, nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  // The files keep their names from build to build.
  "cache-control": "no-cache",
};

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
};

const NOT_BUILT = `<!doctype html><html lang="en"><title>personagraph</title>
<p>The page is not built yet. Run <code>npm run build:page</code> and reload; <code>npm start</code> does it by itself.</p></html>`;

/** The built page: one document and the files beside it, by name, from one folder. */
export function pageRoutes(folder: string): Hono {
  const file = async (c: Context, name: string, type: string): Promise<Response> => {
    try {
      return c.body(await readFile(join(folder, name)), 200, { ...HEADERS, "content-type": type });
    } catch {
      if (name !== "index.html") return c.text("There is no such file.", 404, HEADERS);
      return c.body(NOT_BUILT, 503, { ...HEADERS, "content-type": TYPES["html"]! });
    }
  };
  return new Hono()
    .get(PAGE, (c) => c.redirect(`${PAGE}/`))
    .get(`${PAGE}/`, (c) => file(c, "index.html", TYPES["html"]!))
    .get(`${PAGE}/assets/:name{[\\w-]+(?:\\.[\\w-]+)+}`, (c) => {
      const name = c.req.param("name");
      return file(c, `assets/${name}`, TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream");
    });
}
