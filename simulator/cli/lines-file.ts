/** A file of lines that is written while a run goes on, in large pieces. */
import { closeSync, openSync, writeSync } from 'node:fs';

/** Characters that wait for being written: at this many they are, before anything else goes on. */
const BUFFER = 64 * 1024;

export class LinesFile {
  readonly #file: number;
  #lines = '';

  /** Begins a new file; throws as `openSync` does. */
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  /** Adds whole lines. */
  add(lines: string): void {
    this.#lines += lines;
    if (this.#lines.length >= BUFFER) this.flush();
  }

  /** Hands everything to the operating system. */
  flush(): void {
    if (this.#lines !== '') writeSync(this.#file, this.#lines);
    this.#lines = '';
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}
