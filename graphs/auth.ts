import { createAuth } from "../src/server/auth.js";

/** Who may call the server: see PERSONAGRAPH_AUTH_SECRET and PERSONAGRAPH_AUTH_JWKS in the README. Without either it refuses to load. */
export const auth = createAuth();
