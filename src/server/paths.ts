/** Where the inspector is found on the server. */
export const PAGE = "/persona";
export const API = `${PAGE}/api`;

/**
 * What may be read without a token: the page itself, which holds no data. Strict on purpose; everything else on the server asks for
 * one.
 */
export const isPagePath = (method: string, path: string): boolean =>
  method === "GET" && /^\/persona(\/|\/assets\/[\w-]+(\.[\w-]+)+)?$/.test(path);
