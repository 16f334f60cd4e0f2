import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";

type Body = Record<string, unknown>;

/** A stand-in for LangSmith's API on loopback, as far as `upload` calls it. It is not LangSmith: it keeps what it is sent and answers from that. */
export interface ScriptedLangSmith {
  readonly url: string;
  readonly datasets: ReadonlyMap<string, Body>;
  readonly examples: ReadonlyMap<string, Body>;
  readonly projects: ReadonlyMap<string, Body>;
  readonly runs: ReadonlyMap<string, Body>;
  readonly feedback: ReadonlyMap<string, Body>;
  /** The keys that requests came with. */
  readonly keys: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function scriptedLangSmith(): Promise<ScriptedLangSmith> {
  const [datasets, examples, projects, runs, feedback] = Array.from({ length: 5 }, () => new Map<string, Body>()) as [
    Map<string, Body>,
    Map<string, Body>,
    Map<string, Body>,
    Map<string, Body>,
    Map<string, Body>,
  ];
  const keys = new Set<string>();

  /** What is sent twice under one id is refused, as LangSmith does. */
  const keep = (into: Map<string, Body>, body: Body): [number, unknown] => {
    const id = String(body["id"]);
    if (into.has(id)) return [409, { detail: `${id} exists` }];
    into.set(id, body);
    return [200, body];
  };

  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const bytes = await bytesOf(request);
    const one = examples.get(/^\/examples\/(.+)$/.exec(pathname)?.[1] ?? "");
    if (one) return [200, one];
    const json = (): Body => JSON.parse(bytes.toString("utf8")) as Body;
    const uploaded = /^\/v1\/platform\/datasets\/([^/]+)\/examples$/.exec(pathname)?.[1];
    switch (uploaded === undefined ? `${request.method ?? ""} ${pathname}` : "examples") {
      case "GET /info":
        return [200, { version: "scripted", instance_flags: { dataset_examples_multipart_enabled: true } }];
      case "GET /datasets":
        return [200, [...datasets.values()].filter(({ name }) => name === searchParams.get("name"))];
      case "POST /datasets":
        return keep(datasets, { id: randomUUID(), tenant_id: "scripted", ...json() });
      case "GET /examples":
        return [
          200,
          searchParams.get("offset") === "0"
            ? [...examples.values()].filter(({ dataset_id }) => dataset_id === searchParams.get("dataset"))
            : [],
        ];
      case "examples": {
        for (const example of await examplesIn(bytes, request.headers["content-type"] ?? ""))
          keep(examples, { ...example, dataset_id: uploaded });
        return [200, { example_ids: [...examples.keys()], count: examples.size }];
      }
      case "POST /sessions": {
        const body: Body = { id: String(json()["name"]), ...json() };
        projects.set(String(body["id"]), body);
        return [200, body];
      }
      case "POST /runs":
        return keep(runs, json());
      case "POST /feedback":
        return keep(feedback, json());
      default:
        return [404, { detail: `The script has no ${request.method ?? ""} ${pathname}.` }];
    }
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    keys.add(String(request.headers["x-api-key"]));
    const send = ([status, body]: [number, unknown]): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    answer(request).then(send, (error: unknown) => send([400, { detail: String(error) }]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    datasets,
    examples,
    projects,
    runs,
    feedback,
    keys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Parts are named `<id>`, `<id>.inputs` and `<id>.outputs`. */
async function examplesIn(bytes: Buffer, type: string): Promise<Body[]> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const byId = new Map<string, Body>();
  for (const [name, part] of form) {
    const [id = "", field] = name.split(".");
    const value = JSON.parse(typeof part === "string" ? part : await part.text()) as Body;
    byId.set(id, { ...byId.get(id), id, ...(field === undefined ? value : { [field]: value }) });
  }
  return [...byId.values()];
}
