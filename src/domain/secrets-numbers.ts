import type { Span } from "./secrets-rule.js";

/** Numbers that prove themselves by a check digit: payment cards and bank accounts. */

/** ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const digit = digits.charCodeAt(i) - 48;
    sum += double ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
  }
  return sum % 10 === 0;
}

/** Issuer prefixes and lengths, after the tables of the networks: Visa, Mastercard, Amex, Diners, Discover, JCB, UnionPay, Maestro. */
const ISSUERS =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d*|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11}|(?:6011|64[4-9]|65)\d*|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[6-8]|6[37])\d{10,17})$/;
const isCard = (digits: string): boolean => {
  if (!ISSUERS.test(digits) || !luhn(digits) || /^(\d)\1*$/.test(digits)) return false;
  // Mastercard and Discover have 16 digits only.
  return !/^(?:5[1-5]|2[2-7]|6011|64|65)/.test(digits) || digits.length === 16;
};

/** Groups as they are printed: 4-4-4-4(-3), Amex 4-6-5, Diners 4-6-4, or none. Other groupings are order or phone numbers. */
const GROUPINGS = new Set(["4,4,4,4", "4,4,4,4,3", "4,6,5", "4,6,4"]);
const AFTER_CARD =
  /[\s,;/|]{1,3}(?:(?:exp\w{0,5}|valid|thru|until|bis)[.:]?\s{1,2})?(?:0[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d\d[\s,;/|]{1,3}\d{3,4}(?!\d)/y;

/** Card numbers that their check digit confirms, with expiry date and check value when they stand right behind. */
export function* cardNumbers(text: string): Generator<Span> {
  for (const run of text.matchAll(/(?<![\d.,+])\d{4,19}(?:[ -]\d{3,6})*(?!\d)/g)) {
    const groups = [...run[0].matchAll(/\d+/g)];
    for (let from = 0; from < groups.length;) {
      const to = cardEnd(groups, from);
      if (to === undefined) {
        from++;
        continue;
      }
      const start = run.index + groups[from]!.index;
      let end = run.index + groups[to]!.index + groups[to]![0].length;
      AFTER_CARD.lastIndex = end;
      if (AFTER_CARD.test(text)) end = AFTER_CARD.lastIndex;
      yield { start, end };
      from = to + 1;
    }
  }
}

/** The last group of a card number that begins with this one. */
function cardEnd(groups: readonly RegExpExecArray[], from: number): number | undefined {
  for (let to = Math.min(from + 4, groups.length - 1); to >= from; to--) {
    const parts = groups.slice(from, to + 1).map(([digits]) => digits);
    const printed = parts.length === 1 ? parts[0]!.length >= 12 : GROUPINGS.has(parts.map(({ length }) => length).join());
    if (printed && isCard(parts.join(""))) return to;
  }
  return undefined;
}

/** Lengths by country, from SWIFT's IBAN registry. */
const IBAN_LENGTHS = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 " +
    "FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 " +
    "ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 " +
    "SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** ISO 7064 MOD 97-10. */
export function mod97(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** IBANs that their check digits confirm, in one piece or in groups. */
export function* ibans(text: string): Generator<Span> {
  for (const head of text.matchAll(/(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g)) {
    const length = IBAN_LENGTHS.get(head[0].slice(0, 2).toUpperCase());
    if (length === undefined) continue;
    let iban = "";
    let end = head.index;
    for (; iban.length < length && end < text.length; end++) {
      const char = text[end]!;
      if (/[A-Za-z0-9]/.test(char)) iban += char.toUpperCase();
      else if (!/[ -]/.test(char) || /[ -]/.test(text[end - 1]!)) break;
    }
    if (iban.length === length && !/[A-Za-z0-9]/.test(text[end] ?? "") && mod97(iban)) yield { start: head.index, end };
  }
}
