/** Goes through a trail from its first row to its last, with nothing but the file, its head and the gateway's public key. */
import type { KeyObject } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { equal } from '../journal/chain.ts';
import type { AuditEntry } from './audit.ts';
import { GENESIS, isEndSigned, parseRow, rowHash, type TrailEnd } from './chain.ts';
import { piecesOf } from './segments.ts';
import { readHead } from './trail-head.ts';

export interface TrailFault {
  /** The first row at fault, as it should be numbered, and its line in its file, both from 1. */
  readonly row: number;
  readonly line: number;
  /** Its file, where the trail has several. */
  readonly file?: string;
  /**
   * - `altered` it is not what its hash stands for, or no row at all.
   * - `missing` it should stand there and does not; also at the end.
   * - `inserted` a row stands there that was counted already, or behind the last one that the gateway signed.
   * - `forged` the chain fits, but its signature is not the gateway's: somebody made this row, or one since the last good signature.
   * - `contradicted` another row stood there when the place was signed.
   */
  readonly why: 'altered' | 'missing' | 'inserted' | 'forged' | 'contradicted';
}

export interface TrailCheck {
  readonly rows: number;
  /** The last row that a good signature vouches for. */
  readonly signedUpTo: number;
  /** The first fault; undefined where the trail is whole. */
  readonly fault: TrailFault | undefined;
}

export interface TrailQuestion {
  readonly key: KeyObject;
  /** Places that were noted elsewhere: the trail must still have them. */
  readonly known?: readonly TrailEnd[];
  /** Hears of every row that is good. */
  readonly row?: (entry: AuditEntry, n: number) => void;
}

/** The check of the trail at `path`; undefined where there is none, and no head says that there was. */
export async function checkTrail(path: string, question: TrailQuestion): Promise<TrailCheck | undefined> {
  // The head first: a gateway that runs may be further than it by the time that the rows are read.
  const head = await readHead(path);
  const ends = [...(head === undefined ? [] : [head]), ...(question.known ?? [])];
  if (head !== undefined && !isEndSigned(head, question.key))
    return { rows: 0, signedUpTo: 0, fault: { row: head.n, line: 0, why: 'forged' } };
  const check = new Check(question, ends);
  const pieces = piecesOf(path).filter((piece) => existsSync(piece));
  if (pieces.length === 0 && ends.length === 0) return undefined;
  for (const piece of pieces) {
    check.open(pieces.length > 1 ? piece : undefined);
    const lines = createInterface({ input: createReadStream(piece), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) if (!check.add(line)) return check.end();
  }
  return check.end();
}

class Check {
  readonly #question: TrailQuestion;
  readonly #known: ReadonlyMap<number, Uint8Array>;
  readonly #last: number;
  #previous: TrailEnd = GENESIS;
  #file: string | undefined;
  #line = 0;
  #signedUpTo = 0;
  #fault: TrailFault | undefined;

  constructor(question: TrailQuestion, ends: readonly TrailEnd[]) {
    this.#question = question;
    this.#known = new Map(ends.map(({ n, hash }) => [n, hash]));
    this.#last = Math.max(0, ...ends.map(({ n }) => n));
  }

  /** The lines that follow are those of a file. */
  open(file: string | undefined): void {
    this.#file = file;
    this.#line = 0;
  }

  /** False once the trail is at fault. */
  add(line: string): boolean {
    this.#line++;
    const due = this.#previous.n + 1;
    const row = parseRow(line);
    if (row === undefined) return this.#broken(due, 'altered');
    if (row.n > due) return this.#broken(due, 'missing');
    if (row.n < due) return this.#broken(due, 'inserted');
    if (!equal(rowHash(this.#previous.hash, row.body), row.hash)) return this.#broken(due, 'altered');
    const known = this.#known.get(row.n);
    if (known !== undefined && !equal(known, row.hash)) return this.#broken(due, 'contradicted');
    const { n, hash, signature } = row;
    if (signature !== undefined) {
      if (!isEndSigned({ n, hash, signature }, this.#question.key)) return this.#broken(this.#signedUpTo + 1, 'forged');
      this.#signedUpTo = n;
    }
    this.#previous = row;
    this.#question.row?.(row.entry, n);
    return true;
  }

  end(): TrailCheck {
    const rows = this.#previous.n;
    if (this.#fault === undefined && rows < this.#last) this.#broken(rows + 1, 'missing');
    if (this.#fault === undefined && this.#signedUpTo < rows) this.#broken(this.#signedUpTo + 1, 'inserted');
    return { rows, signedUpTo: this.#signedUpTo, fault: this.#fault };
  }

  #broken(row: number, why: TrailFault['why']): false {
    this.#fault = { row, line: this.#line, why, ...(this.#file === undefined ? {} : { file: this.#file }) };
    return false;
  }
}
