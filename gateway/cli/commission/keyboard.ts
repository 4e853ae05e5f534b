/** A person at the keyboard: single keys while something is awaited, lines where a question was asked. */
import type { ReadStream } from 'node:tty';

const INTERRUPT = '\u0003';

/** One for a run; `interrupted` is called for Ctrl-C, which is the reader's in raw mode. */
export class Keyboard {
  readonly #input: ReadStream;
  readonly #heard: (text: string) => void;
  #listener: ((key: string) => void) | undefined;

  constructor(input: ReadStream, interrupted: () => void) {
    this.#input = input;
    this.#heard = (text) => {
      if (text === INTERRUPT) interrupted();
      else this.#listener?.(text);
    };
    input.setEncoding('utf8');
    input.setRawMode(true);
    input.resume();
    input.on('data', this.#heard);
  }

  /** Tells of every key until it is called back. */
  keys(listener: (key: string) => void): () => void {
    const before = this.#listener;
    this.#listener = listener;
    return () => {
      this.#listener = before;
    };
  }

  /** The next key that is one of these; Enter is `\r`. */
  oneOf(keys: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const over = this.keys((key) => {
        if (!keys.includes(key.toLowerCase())) return;
        over();
        resolve(key.toLowerCase());
      });
    });
  }

  close(): void {
    this.#input.off('data', this.#heard);
    this.#input.setRawMode(false);
    this.#input.pause();
  }
}
