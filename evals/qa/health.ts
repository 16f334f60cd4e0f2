/** So many failures before anything succeeds are a wrong key or address, not bad luck. */
const HOPELESS = 5;
export class Hopeless extends Error {}

/** Stops work that cannot succeed before it fails a thousand times. */
export class Health {
  readonly #what: string;
  #alive = false;
  #failures = 0;

  /** @param what is asked for, in the plural */
  constructor(what: string) {
    this.#what = what;
  }

  succeeded(): void {
    this.#alive = true;
  }

  /** @throws Hopeless */
  failed(reason: string): void {
    this.#failures++;
    if (!this.#alive && this.#failures >= HOPELESS)
      throw new Hopeless(`The first ${HOPELESS} ${this.#what} failed, so no more were asked for: ${reason}`);
  }
}
