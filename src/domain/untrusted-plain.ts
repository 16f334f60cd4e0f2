/** Text as it reads, for comparing: what hides words from a pattern and not from a model is taken away. */

/** Zero-width and direction marks, soft hyphens, variation selectors and tag characters: invisible, and read by models. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Cyrillic and Greek letters that look like Latin ones. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [..."аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhαaοoνvρpιiεeκkτtυu"].reduce<[string, string][]>(
    (pairs, char, i, all) => (i % 2 === 0 ? [...pairs, [char, all[i + 1]!]] : pairs),
    [],
  ),
);

export const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(INVISIBLE, "")
    .toLowerCase()
    // Only in words that mix alphabets: a word in Russian stays one.
    .replace(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]+/gu, (word) =>
      /[a-z]/.test(word) && /[\u0370-\u052f]/.test(word) ? [...word].map((char) => LOOKALIKES[char] ?? char).join("") : word,
    )
    .replace(/[\u2018\u2019\u02BC`´]/g, "'")
    .replace(/[\u201C-\u201F\u00AB\u00BB]/g, '"')
    .replace(/[^\S\n]+/g, " ")
    .replace(/\n[\s]*/g, "\n");

const DIGITS: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s" };

/** A second reading of plain text: "i.g.n.o.r.e" and "1gn0re". */
export const undisguised = (read: string): string =>
  read
    .replace(/(?<![a-z])[a-z](?:[ ._*-]{1,2}[a-z]){3,30}(?![a-z])/g, (spaced) => spaced.replace(/[^a-z]/g, ""))
    .replace(/[a-z0-9@$]{3,30}/g, (word) =>
      /[a-z]/.test(word) && /[0-9@$]/.test(word) ? word.replace(/[013457@$]/g, (digit) => DIGITS[digit]!) : word,
    );

const STOP = new Set(
  (
    "the and for with that this from has have had was were are is his her its their our your you they them user users assistant who which what when will would can not but about into also " +
    "wants want always never now der die das und ein eine einen ist sind hat mit für von dem den nutzer benutzer les des une est avec pour dans que qui utilisateur los las una con por para usuario usuário com uma"
  ).split(" "),
);

/** Content words by their beginnings, pairs of characters where words are not spaced, numbers whole. */
export function tokens(text: string): Set<string> {
  const out = new Set<string>();
  for (const [word] of plain(text).matchAll(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|\p{N}+|[\p{L}\p{M}]+/gu,
  )) {
    if (/[\u3040-\u9fff\uac00-\ud7ff]/.test(word)) for (let i = 0; i + 1 < word.length; i++) out.add(word.slice(i, i + 2));
    else if (/^\p{N}/u.test(word) ? word.length > 1 : word.length > 2 && !STOP.has(word)) out.add(word.slice(0, 5));
  }
  for (const shared of ["用户", "ユー", "ーザ", "ザー"]) out.delete(shared);
  return out;
}

export const overlap = (of: ReadonlySet<string>, text: string): number => {
  const there = tokens(text);
  return [...of].filter((token) => there.has(token)).length;
};
