/**
 * What is known by terminal, where one record asks for the same terminal several times in a row: the answer before is kept, as
 * finding one of a hundred thousand is three misses of the cache.
 */
export class TerminalMap<Value> {
  readonly #all = new Map<string, Value>();
  #asked = '';
  #answer: Value | undefined;

  get size(): number {
    return this.#all.size;
  }

  get(terminal: string): Value | undefined {
    if (terminal !== this.#asked) {
      this.#answer = this.#all.get(terminal);
      this.#asked = terminal;
    }
    return this.#answer;
  }

  set(terminal: string, value: Value): void {
    this.#all.set(terminal, value);
    this.#asked = terminal;
    this.#answer = value;
  }

  delete(terminal: string): void {
    this.#all.delete(terminal);
    this.#asked = terminal;
    this.#answer = undefined;
  }
}
