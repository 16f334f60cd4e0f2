import type { RecallResult } from "../domain/recall.js";
import { PersonaError, reasonOf } from "../errors.js";

/** After an index did not answer, it is left alone for so long: nobody waits for it again and again. */
const REST_MS = 5_000;

/** Recall by an index that may be away, and by words over the log while it is. */
export class Fallback {
  readonly #restMs: number;
  #until = -Infinity;
  #reason: unknown;

  constructor(restMs = REST_MS) {
    this.#restMs = restMs;
  }

  /** Never fails because of the index: the result then says so in `warning`. */
  async recall(byIndex: () => Promise<RecallResult>, byWords: () => Promise<RecallResult>): Promise<RecallResult> {
    if (performance.now() >= this.#until) {
      try {
        return await byIndex();
      } catch (thrown) {
        this.#reason = thrown;
        // One user's index that is being filled says nothing about the others'.
        if (codeOf(thrown) !== "INDEX_BEHIND") this.#until = performance.now() + this.#restMs;
        return this.#warned(await byWords(), thrown);
      }
    }
    return this.#warned(await byWords(), this.#reason);
  }

  #warned(result: RecallResult, thrown: unknown): RecallResult {
    return { ...result, warning: { code: codeOf(thrown), message: `Recall went by words over the log. ${reasonOf(thrown)}` } };
  }
}

const codeOf = (thrown: unknown): string => (thrown instanceof PersonaError ? thrown.code : "INDEX_FAILED");
