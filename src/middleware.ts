/** The entry "personagraph/middleware", apart from the main one because it needs langchain. A new export here is a decision. */
export { personaMiddleware, type PersonaMiddlewareOptions } from "./persona-middleware.js";
