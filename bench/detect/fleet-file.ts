/**
 * A played district on disk: its journal as it was written, batch behind batch, and beside it what was true. Judging it
 * again takes a sixth of the time of playing it.
 */
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import type { Batch } from '../../gateway/journal/journal.ts';
import type { YearTruth } from '../../simulator/index.ts';

/** What is known of a district beside its journal. */
export interface DistrictTruth {
  /** Epoch ms of day 0. */
  readonly startAt: number;
  readonly vehicles: number;
  readonly days: number;
  readonly frames: number;
  readonly truths: readonly (readonly [terminal: string, truth: YearTruth])[];
}

const JOURNAL = '.journal';
const TRUTH = '.json';
/** First record and time as doubles, records and octets as 32 bits, little-endian; then the octets. */
const HEAD = 24;
const CHUNK = 1 << 22;
const UNCHAINED = new Uint8Array(32);

export class DistrictWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #chunk = new Uint8Array(CHUNK);
  #used = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path + JOURNAL, 'w');
  }

  add({ first, count, at, body }: Batch): void {
    if (this.#used + HEAD + body.length > CHUNK) this.#flush();
    const whole = HEAD + body.length <= CHUNK;
    const into = whole ? this.#chunk : new Uint8Array(HEAD + body.length);
    const start = whole ? this.#used : 0;
    const head = new DataView(into.buffer, start, HEAD);
    head.setFloat64(0, first, true);
    head.setFloat64(8, at, true);
    head.setUint32(16, count, true);
    head.setUint32(20, body.length, true);
    into.set(body, start + HEAD);
    if (whole) this.#used += HEAD + body.length;
    else writeSync(this.#file, into);
  }

  close(truth: DistrictTruth): void {
    this.#flush();
    closeSync(this.#file);
    writeFileSync(this.#path + TRUTH, JSON.stringify(truth));
  }

  #flush(): void {
    writeSync(this.#file, this.#chunk, 0, this.#used);
    this.#used = 0;
  }
}

export function readTruth(path: string): DistrictTruth {
  return JSON.parse(readFileSync(path + TRUTH, 'utf8')) as DistrictTruth;
}

/** The batches of a district in order. Their octets are valid until the next one is asked for. */
export function* readBatches(path: string): Generator<Batch> {
  const file = openSync(path + JOURNAL, 'r');
  try {
    let chunk = new Uint8Array(CHUNK);
    let [from, until] = [0, 0];
    const more = (wanted: number): boolean => {
      if (until - from >= wanted) return true;
      const next = wanted > chunk.length ? new Uint8Array(wanted) : chunk;
      next.set(chunk.subarray(from, until));
      [chunk, until, from] = [next, until - from, 0];
      for (;;) {
        const read = readSync(file, chunk, until, chunk.length - until, null);
        until += read;
        if (until >= wanted || read === 0) return until >= wanted;
      }
    };
    while (more(HEAD)) {
      const head = new DataView(chunk.buffer, from, HEAD);
      const [first, at] = [head.getFloat64(0, true), head.getFloat64(8, true)];
      const [count, length] = [head.getUint32(16, true), head.getUint32(20, true)];
      if (!more(HEAD + length)) throw new Error(`${path}${JOURNAL}: ends within a batch`);
      const body = chunk.subarray(from + HEAD, from + HEAD + length);
      from += HEAD + length;
      yield { first, count, at, body, hash: UNCHAINED };
    }
  } finally {
    closeSync(file);
  }
}
