import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parse } from "yaml";
import { ROOT } from "./start-process.js";

/** What can be shown of a deployment where no Docker engine runs: the Dockerfile is generated, and all files agree with each other. */
jest.setTimeout(60_000);

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const config = JSON.parse(read("langgraph.json")) as { graphs: Record<string, { path: string }>; http?: { app: string } };
const AUTH = { path: "./graphs/auth.ts:auth", disable_studio_auth: true };

describe("langgraphjs dockerfile", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "personagraph-deploy-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const generate = (path = "langgraph.json"): string => {
    const file = join(folder, "Dockerfile");
    const cli = join(ROOT, "node_modules/@langchain/langgraph-cli/dist/cli/cli.mjs");
    execFileSync(process.execPath, [cli, "dockerfile", "-c", path, file], {
      cwd: ROOT,
      env: { ...process.env, LANGGRAPH_CLI_NO_ANALYTICS: "1" },
      stdio: "pipe",
    });
    return readFileSync(file, "utf8");
  };
  const set = (dockerfile: string, name: string): unknown =>
    JSON.parse(new RegExp(`^ENV ${name}='(.*)'$`, "m").exec(dockerfile)?.[1] ?? "null");

  test("makes an image of the JS server with our graphs, installed from the lock file", () => {
    const dockerfile = generate();
    expect(dockerfile).toMatch(/^FROM langchain\/langgraphjs-api:20$/m);
    expect(dockerfile).toMatch(/^RUN npm ci$/m);
    expect(set(dockerfile, "LANGSERVE_GRAPHS")).toEqual(config.graphs);
    if (config.http) expect(set(dockerfile, "LANGGRAPH_HTTP")).toMatchObject(config.http);
    const files = [...Object.values(config.graphs).map(({ path }) => path), ...(config.http ? [config.http.app] : [])];
    for (const path of files) expect(existsSync(join(ROOT, path.split(":")[0]!))).toBe(true);
  });

  test("compose asks for auth by the same setting that langgraph.json would give", () => {
    const path = join(ROOT, `langgraph.${process.pid}.json`);
    try {
      writeFileSync(path, JSON.stringify({ ...config, auth: AUTH }));
      const compose = parse(read("deploy/compose.yaml")) as { services: { api: { environment: Record<string, string> } } };
      expect(JSON.parse(compose.services.api.environment["LANGGRAPH_AUTH"]!)).toEqual(set(generate(path), "LANGGRAPH_AUTH"));
    } finally {
      rmSync(path, { force: true });
    }
  });
});

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
}

describe("deploy/compose.yaml", () => {
  const { services, volumes } = parse(read("deploy/compose.yaml")) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };

  test("has the server and its engines; images have versions, data has volumes, and health is waited for", () => {
    expect(Object.keys(services)).toEqual(["api", "postgres", "redis", "chroma"]);
    for (const { image, volumes: mounted = [] } of Object.values(services)) {
      if (image !== undefined) expect(image).toMatch(/:[a-z0-9.-]*\d[a-z0-9.-]*$/);
      for (const mount of mounted) expect(Object.keys(volumes)).toContain(mount.split(":")[0]);
    }
    for (const [name, { condition }] of Object.entries(services["api"]!.depends_on!))
      if (condition === "service_healthy") expect(services[name]!.healthcheck).toBeDefined();
  });

  test("publishes the API alone, on this machine unless told otherwise, and holds no password", () => {
    expect(Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))).toEqual([
      ["api", "${PERSONAGRAPH_PORT:-127.0.0.1:8123}:8000"],
    ]);
    for (const { environment = {} } of Object.values(services))
      for (const [name, value] of Object.entries(environment)) if (/PASSWORD|SECRET|KEY/.test(name)) expect(value).toMatch(/^\$\{\w+:\?/);
  });
});

describe(".env.example", () => {
  const named = [...read(".env.example").matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name!);

  test("has every variable of ours that the code or the deployment reads, once, and no other", () => {
    const sources = ["src", "graphs", "scripts", "deploy"].flatMap((folder) =>
      (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
        .filter((path) => /\.(ts|yaml)$/.test(path) && !/\.test\.ts$/.test(path))
        .map((path) => read(join(folder, path))),
    );
    const ours = new Set(sources.flatMap((text) => text.match(/\bPERSONAGRAPH_[A-Z0-9_]+\b/g) ?? []));
    expect(named.filter((name) => name.startsWith("PERSONAGRAPH_")).sort()).toEqual([...ours].sort());
    expect(new Set(named).size).toBe(named.length);
  });

  test("holds no key", () => {
    expect(read(".env.example")).not.toMatch(/(KEY|SECRET|PASSWORD)=\S/);
  });
});
