import { placeOf } from "../place.js";

export interface Running {
  readonly url: string;
  /** What it listens on. */
  readonly host: string;
  /** Whether callers need a token. */
  readonly auth: boolean;
  readonly graphs: readonly string[];
  /** Folder of `.langgraph_api`. */
  readonly threads: string;
  readonly seconds: number;
}

/** A call that works as it stands, in any POSIX shell. */
export const exampleCall = (url: string, text: string): string =>
  `curl -s ${url}/runs/wait -H 'content-type: application/json' -d '${JSON.stringify({
    assistant_id: "agent",
    input: { messages: [{ role: "user", content: text }] },
    context: { userId: "ada" },
  })}'`;

/** What the user needs to know once the server answers. */
export function banner({ url, host, auth, graphs, threads, seconds }: Running, env: NodeJS.ProcessEnv = process.env): string {
  const model = env["PERSONAGRAPH_MODEL"];
  const row = (name: string, value: string): string => `  ${name.padEnd(9)}${value}`;
  return [
    "",
    `personagraph is up (${seconds.toFixed(1)} s)`,
    "",
    row("API", url),
    row("Persona", `${url}/persona`),
    row(
      "Access",
      auth ? `bearer tokens (${host})` : "everybody on this machine, and nobody else (PERSONAGRAPH_AUTH_SECRET asks for tokens)",
    ),
    row("Studio", `https://smith.langchain.com/studio?baseUrl=${url}`),
    row("Graphs", graphs.join(", ")),
    ...modelRows(model, env).map(([name, value]) => row(name, value)),
    row("Memory", placeOf(env["PERSONAGRAPH_STORE"] ?? "")),
    row("Threads", placeOf(`${threads}/.langgraph_api`)),
    "",
    "Tell it something, then ask for it in another thread:",
    "",
    `  ${exampleCall(url, "I moved to Lisbon last May.")}`,
    "",
    `  ${exampleCall(url, "Where do I live?")}`,
    "",
    "Ctrl-C stops it.",
    "",
  ].join("\n");
}

function modelRows(model: string | undefined, env: NodeJS.ProcessEnv): [string, string][] {
  const memoryModel = env["PERSONAGRAPH_MEMORY_MODEL"];
  const embeddings = env["PERSONAGRAPH_EMBEDDINGS"];
  const server = env["PERSONAGRAPH_BASE_URL"];
  const keyless = !model || model.startsWith("keyless");
  return [
    [
      "Model",
      keyless ? "keyless: fixed rules, no language model; it quotes what it remembers" : `${model}${server ? ` at ${server}` : ""}`,
    ],
    ...(keyless
      ? ([["", "for a real one set PERSONAGRAPH_MODEL, for example openai:gpt-5-mini (with OPENAI_API_KEY) or ollama:llama3.1"]] as [
          string,
          string,
        ][])
      : []),
    ...(memoryModel ? ([["", `${memoryModel} for memory`]] as [string, string][]) : []),
    ["Search", embeddings ? `words and ${embeddings}` : "words (PERSONAGRAPH_EMBEDDINGS adds vectors)"],
  ];
}
