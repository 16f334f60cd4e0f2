import { trigrams } from "./analysis.js";
import { topicsOf } from "./topics.js";

/** Words written with letters for sounds, where one wrong letter leaves most of the word. */
const SPELLED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hangul}]{4,30}$/u;

interface Spellings {
  /** How much of the vocabulary was looked through. */
  seen: number;
  readonly byTrigram: Map<string, string[]>;
}

/** The terms of one user as numbers. It only grows. */
export class Vocabulary {
  readonly terms: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #topics: (readonly number[] | undefined)[] = [];
  readonly #spellings = new Map<string, Spellings>();

  /** The number of a term; a new one is taken in. */
  add(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.terms.push(term) - 1;
    this.#numbers.set(term, number);
    return number;
  }

  /** -1 when it is not known. */
  find(term: string): number {
    return this.#numbers.get(term) ?? -1;
  }

  topicsOf(number: number): readonly number[] {
    return (this.#topics[number] ??= topicsOf(this.terms[number]!).map((topic) => this.add(topic)));
  }

  /** Terms that begin with a character and hold a trigram: where a word that is not known is looked for. */
  spellings(first: string, trigram: string): readonly string[] {
    let spellings = this.#spellings.get(first);
    if (!spellings) this.#spellings.set(first, (spellings = { seen: 0, byTrigram: new Map() }));
    for (; spellings.seen < this.terms.length; spellings.seen++) {
      const term = this.terms[spellings.seen]!;
      if (term[0] !== first || !SPELLED.test(term)) continue;
      for (const piece of trigrams(term)) {
        const known = spellings.byTrigram.get(piece);
        if (known) known.push(term);
        else spellings.byTrigram.set(piece, [term]);
      }
    }
    return spellings.byTrigram.get(trigram) ?? [];
  }
}
