import { lookup as lookupAll, type LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { plainAddress } from "../domain/image.js";
import { PersonaError, reasonOf } from "../errors.js";
import { tooManyBytes } from "./prepare.js";

export interface FetchRule {
  /** Whether addresses are fetched at all. */
  readonly fetch: boolean;
  /** Hosts that may be fetched from although their address is private, such as "media.internal" or "10.0.0.7:9000". */
  readonly privateHosts: readonly string[];
  /** Seconds for the whole of it. */
  readonly fetchTimeout: number;
  readonly maxBytes: number;
}

const MAX_REDIRECTS = 3;

/**
 * Fetches an image from a public address. Every host on the way, redirects too, is looked up by us, and the connection goes to the
 * address that was checked: a name that answers otherwise the second time gains nothing. No cookies, no credentials, GET only.
 * @throws PersonaError IMAGE_URL, IMAGE_ADDRESS, IMAGE_FETCH, IMAGE_BYTES
 */
export async function fetchImage(url: string, rule: FetchRule, signal?: AbortSignal): Promise<Uint8Array> {
  if (!rule.fetch) {
    throw new PersonaError({
      code: "IMAGE_URL",
      message: `Addresses are not fetched here, so ${plainAddress(url)} is not kept.`,
      fix: "Send the image itself (base64), or set images.fetch.",
    });
  }
  signal?.throwIfAborted();
  // Not AbortSignal.timeout: see models/deadline.ts.
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const timer = setTimeout(stop, rule.fetchTimeout * 1000);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await follow(url, rule, controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

async function follow(url: string, rule: FetchRule, signal: AbortSignal): Promise<Uint8Array> {
  let next = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await getOnce(checked(next), rule, signal);
    const { statusCode = 0, headers } = answer;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      answer.destroy();
      next = absolute(headers.location, next);
      continue;
    }
    if (statusCode !== 200) {
      answer.destroy();
      throw failed(next, `the server answered ${statusCode}`);
    }
    return await read(answer, next, rule.maxBytes, signal);
  }
  throw failed(url, `it leads on more than ${MAX_REDIRECTS} times`);
}

function checked(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && (parsed.protocol === "https:" || parsed.protocol === "http:") && parsed.username === "" && parsed.password === "")
    return parsed;
  throw new PersonaError({
    code: "IMAGE_URL",
    message: `${plainAddress(url)} is no address that images are fetched from.`,
    fix: "Give an http or https address without a password in it.",
  });
}

const absolute = (location: string, from: string): string => (URL.canParse(location, from) ? new URL(location, from).href : location);

const failed = (url: string, reason: string, cause?: unknown): PersonaError =>
  new PersonaError({
    code: "IMAGE_FETCH",
    message: `The image at ${plainAddress(url)} could not be fetched: ${reason}.`,
    fix: "See whether the address opens in a browser without signing in, or send the image itself.",
    cause,
  });

function getOnce(url: URL, rule: FetchRule, signal: AbortSignal): Promise<IncomingMessage> {
  const mayBePrivate = rule.privateHosts.some((host) => host === url.host || host === url.hostname);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // Node looks up names only: an address that stands in the URL itself is checked here.
  if (ipaddr.isValid(host) && !mayBePrivate && !isPublic(host)) return Promise.reject(isPrivate(url.hostname));
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: "GET",
      agent: false,
      signal,
      headers: { accept: "image/*", "user-agent": "personagraph" },
      lookup: mayBePrivate ? undefined : publicLookup,
    });
    sent.on("response", resolve);
    sent.on("error", (error) => reject(error instanceof PersonaError ? error : failed(url.href, reasonIn(error, signal), error)));
    sent.end();
  });
}

const reasonIn = (error: unknown, signal: AbortSignal): string => (signal.aborted ? "it took too long, or was given up" : reasonOf(error));

/** The addresses of a name, unless one of them is not public. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookupAll(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    if (addresses.length === 0 || !addresses.every(({ address }) => isPublic(address))) return callback(isPrivate(hostname), []);
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

const isPrivate = (host: string): PersonaError =>
  new PersonaError({
    code: "IMAGE_ADDRESS",
    message: `${host} is no public address, and images are not fetched from others.`,
    fix: "Send the image itself, or name the host in images.privateHosts.",
  });

/** Loopback, link-local, private, multicast, reserved, and every form of IPv6 that carries an IPv4 address, are not. */
export function isPublic(address: string): boolean {
  try {
    return ipaddr.process(address).range() === "unicast";
  } catch {
    return false;
  }
}

async function read(answer: IncomingMessage, url: string, max: number, signal: AbortSignal): Promise<Uint8Array> {
  const announced = Number(answer.headers["content-length"]);
  if (announced > max) {
    answer.destroy();
    throw tooManyBytes(announced, max);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > max) throw tooManyBytes(`more than ${max}`, max);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof PersonaError ? error : failed(url, reasonIn(error, signal), error);
  }
  return Buffer.concat(chunks);
}
