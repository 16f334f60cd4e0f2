import { isFile, placeOf } from "../place.js";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Check, PersonaMemory } from "../../index.js";
import { authFromEnvironment, isAuthConfigured, verifier } from "../../server/auth.js";
import { portProblem } from "../serve/serve.js";

const MIN_FREE = 200 * 1024 * 1024;
const DAY = 86_400_000;

interface Machine {
  readonly memory: PersonaMemory;
  readonly store: string;
  readonly port: number;
  readonly userId: string;
}

/** Disk, clock, port, access and traces of this machine, and what waits for the user. */
export async function machineChecks({ memory, store, port, userId }: Machine): Promise<Check[]> {
  const asked = [diskCheck(store), clockCheck(memory, userId), pendingCheck(memory, userId), portCheck(port)];
  return [...(await Promise.all(asked)), accessCheck(), traceCheck()];
}

async function diskCheck(store: string): Promise<Check> {
  if (!isFile(store)) return { name: "disk", status: "ok", message: `memory is not kept in a file of ours: ${placeOf(store)}` };
  let folder = dirname(resolve(store));
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const message = `${(free / 1e9).toFixed(1)} GB free for ${resolve(store)}`;
  return free >= MIN_FREE
    ? { name: "disk", status: "ok", message }
    : { name: "disk", status: "warning", message, fix: "Make room, or keep memory elsewhere with --store." };
}

/** Nothing can have been written after now. */
async function clockCheck(memory: PersonaMemory, userId: string): Promise<Check> {
  try {
    const written = (await memory.list(userId, "fact")).reduce((latest, { recordedAt }) => Math.max(latest, recordedAt), 0);
    const now = Date.now();
    if (now >= written && now > Date.UTC(2026, 0)) return { name: "clock", status: "ok", message: new Date(now).toISOString() };
    const message = `It is ${new Date(now).toISOString()} by this clock, and something was written ${((written - now) / DAY).toFixed(1)} days later`;
    return { name: "clock", status: "failed", message, fix: "Set the clock of this machine." };
  } catch {
    return { name: "clock", status: "ok", message: `${new Date().toISOString()} (not compared: the store does not open)` };
  }
}

async function pendingCheck(memory: PersonaMemory, userId: string): Promise<Check> {
  try {
    const waiting = (await memory.pending(userId)).length;
    return waiting === 0
      ? { name: "pending", status: "ok", message: `nothing of ${userId}` }
      : { name: "pending", status: "warning", message: `${waiting} steps of ${userId} are not derived yet`, fix: "personagraph derive" };
  } catch {
    return { name: "pending", status: "ok", message: "not looked at: the store does not open" };
  }
}

async function portCheck(port: number): Promise<Check> {
  const problem = await portProblem(port, "127.0.0.1");
  return problem === undefined
    ? { name: "port", status: "ok", message: `${port} is free` }
    : {
        name: "port",
        status: "warning",
        message: `${port} cannot be taken (${problem})`,
        fix: `Stop what listens there, or: personagraph serve --port ${port + 1}`,
      };
}

function accessCheck(): Check {
  const settings = authFromEnvironment();
  if (!isAuthConfigured(settings))
    return { name: "access", status: "ok", message: "no tokens are asked for, so `serve` listens on this machine only" };
  try {
    verifier(settings);
    return {
      name: "access",
      status: "ok",
      message: `bearer tokens, ${settings.secret === undefined ? `keys from ${settings.jwks}` : "shared secret"}`,
    };
  } catch (error) {
    const { message, fix } = error as Error & { fix: string };
    return { name: "access", status: "failed", message: message.replace(fix, "").trim(), fix };
  }
}

function traceCheck(): Check {
  const on = ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"].some((name) => process.env[name] === "true");
  return {
    name: "traces",
    status: "ok",
    message: on ? "LangSmith tracing is on: conversations are sent there" : "none: nothing is sent but to your models",
  };
}
