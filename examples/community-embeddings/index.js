// Any embeddings of @langchain/community: an optional peer, so this example has its own package.json.
// Run it: npm run build (in the root), then here: npm install && VOYAGEAI_API_KEY=... npm start
import { VoyageEmbeddings } from "@langchain/community/embeddings/voyage";
import { PersonaMemory } from "personagraph";

const basePath = process.env.VOYAGE_URL; // default: Voyage's own server
const embeddings = new VoyageEmbeddings({ modelName: "voyage-3.5-lite", ...(basePath && { basePath }) });

const memory = new PersonaMemory({ store: ":memory:", embeddings });
await memory.remember("ada", [
  { role: "user", text: "My sister Mia is a nurse in Porto." },
  { role: "user", text: "I drink my tea without sugar." },
]);
await memory.flush("ada"); // embeddings are made off the path of a question; this waits for them
const { hits } = await memory.recall("ada", "Who works at a hospital?");
for (const { text, why } of hits) console.log(`${text} ${JSON.stringify(why)}`);
await memory.close();
