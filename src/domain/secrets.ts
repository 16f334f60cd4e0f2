import type { SecretRule, Span } from "./secrets-rule.js";
import { SECRET_RULES } from "./secrets-rules.js";

export interface FoundSecret extends Span {
  /** Name of the rule. */
  readonly rule: string;
}

export interface Redaction {
  readonly text: string;
  /** In order; positions in the text that was given. Never the values. */
  readonly found: readonly FoundSecret[];
}

export interface SecretOptions {
  readonly redact?: boolean | undefined;
  readonly rules?: readonly SecretRule[] | undefined;
  readonly keep?: readonly string[] | undefined;
}

/** What a caller's options come to: their rules first, since they know their secrets best. */
export const rulesOf = ({ redact: on = true, rules = [], keep = [] }: SecretOptions): readonly SecretRule[] =>
  on ? [...rules, ...SECRET_RULES.filter(({ name }) => !keep.includes(name))] : [];

const marker = (name: string): string => `[secret: ${name}]`;

/** What one replacement leaves is looked at again; so often at most, which keeps the whole linear. */
const ROUNDS = 6;

/**
 * Replaces secrets by markers such as `[secret: card number]`. Text between markers holds no secret any more, and markers of
 * these rules are left alone: applied again, it changes nothing. Linear in the text for the rules here.
 */
export function redact(text: string, rules: readonly SecretRule[] = SECRET_RULES): Redaction {
  if (rules.length === 0 || text === "") return { text, found: [] };
  const plain = fold(text);
  const found: FoundSecret[] = [];
  let gaps = between(markersIn(text, rules), { start: 0, end: text.length });
  for (let round = 0; round < ROUNDS && gaps.length > 0; round++) {
    const left: Span[] = [];
    for (const gap of gaps) {
      const here = secretsIn(plain.slice(gap.start, gap.end), rules).map(({ rule, start, end }) => ({
        rule,
        start: gap.start + start,
        end: gap.start + end,
      }));
      if (here.length === 0) continue;
      found.push(...here);
      left.push(...between(here, gap));
    }
    gaps = left;
  }
  if (found.length === 0) return { text, found };
  found.sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let at = 0;
  for (const { rule, start, end } of found) {
    parts.push(text.slice(at, start), marker(rule));
    at = end;
  }
  return { text: parts.join("") + text.slice(at), found };
}

/** Secrets of one stretch, in order; those that overlap are one, named by the rule that comes first. */
function secretsIn(text: string, rules: readonly SecretRule[]): FoundSecret[] {
  const all = rules.flatMap((rule, rank) => [...spansOf(rule, text)].map((span) => ({ ...span, rank })));
  all.sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: { start: number; end: number; rank: number }[] = [];
  for (const span of all) {
    const last = merged.at(-1);
    if (!last || span.start >= last.end) merged.push({ ...span });
    else Object.assign(last, { end: Math.max(last.end, span.end), rank: Math.min(last.rank, span.rank) });
  }
  return merged.map(({ start, end, rank }) => ({ rule: rules[rank]!.name, start, end }));
}

function* spansOf(rule: SecretRule, text: string): Generator<Span> {
  if (rule.hints && !rule.hints.some((hint) => text.includes(hint))) return;
  if ("find" in rule) {
    for (const { start, end } of rule.find(text)) if (start >= 0 && start < end && end <= text.length) yield { start, end };
    return;
  }
  for (const match of text.matchAll(searching(rule.pattern))) {
    const [start, end] = match.indices?.groups?.["secret"] ?? match.indices![0]!;
    if (start < end && (rule.accept?.(text.slice(start, end), match) ?? true)) yield { start, end };
  }
}

const compiled = new WeakMap<RegExp, RegExp>();

/** The same pattern, for all matches and with the places of its groups. */
function searching(pattern: RegExp): RegExp {
  let ready = compiled.get(pattern);
  if (!ready) compiled.set(pattern, (ready = new RegExp(pattern.source, [...new Set(`${pattern.flags.replace("y", "")}dg`)].join(""))));
  return ready;
}

function markersIn(text: string, rules: readonly SecretRule[]): Span[] {
  const names = new Set(rules.map(({ name }) => name));
  return [...text.matchAll(/\[secret: ([^\]\n[]{1,40})\]/g)].flatMap((match) =>
    names.has(match[1]!) ? [{ start: match.index, end: match.index + match[0].length }] : [],
  );
}

function between(spans: readonly Span[], { start, end }: Span): Span[] {
  const edges = [...spans, { start: end, end }];
  return edges.map((span, i) => ({ start: i === 0 ? start : edges[i - 1]!.end, end: span.start })).filter((gap) => gap.start < gap.end);
}

/** One code unit for one code unit, so that places stay the same. */
const fold = (text: string): string =>
  text.replace(
    /[\u3000\u00A0\u2000-\u200A\u202F\u2010-\u2015\u2212\u2018\u2019\u201C-\u201E\u00AB\u00BB\u300C-\u300F\uFF01-\uFF5E]/g,
    (char) => {
      const code = char.charCodeAt(0);
      if (code >= 0xff01) return String.fromCharCode(code - 0xfee0);
      if (code >= 0x300c || (code >= 0x201c && code <= 0x201e) || code === 0xab || code === 0xbb) return '"';
      if (code === 0x2018 || code === 0x2019) return "'";
      return (code >= 0x2010 && code <= 0x2015) || code === 0x2212 ? "-" : " ";
    },
  );

/** Short or plain values are words like others; replacing them everywhere would eat the conversation. */
const isTelling = (value: string): boolean => value.length >= 6 && /\d|[^\p{L}\p{M}\s]/u.test(value);

/**
 * Redacts messages of one conversation. Where a later message of the same exchange repeats a value that was found ("I noted
 * hunter2"), no words around it tell: it is replaced too.
 */
export function redactTogether(
  messages: readonly { readonly opens: boolean; readonly text: string }[],
  rules: readonly SecretRule[] = SECRET_RULES,
): { texts: string[]; kinds: string[] } {
  const kinds = new Set<string>();
  let known = new Map<string, string>();
  const texts = messages.map(({ opens, text }) => {
    if (opens) known = new Map();
    const { text: clean, found } = redact(text, rules);
    for (const { rule, start, end } of found) {
      kinds.add(rule);
      const value = text.slice(start, end);
      if (isTelling(value)) known.set(value, rule);
    }
    return [...known].reduce((said, [value, rule]) => said.replaceAll(value, () => marker(rule)), clean);
  });
  return { texts, kinds: [...kinds] };
}
