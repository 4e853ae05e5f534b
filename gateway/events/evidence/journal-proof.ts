/**
 * That records stood in the journal when its head was signed: the batches that hold them and those behind, up to the next
 * head that the gateway signed. A batch is proved whole or not at all, so other terminals' records are among them.
 */
import type { KeyObject } from 'node:crypto';
import { formatHex, parseHex } from '../../../protocol/index.ts';
import { batchHash } from '../../journal/chain.ts';
import type { Batch } from '../../journal/journal.ts';
import { forEachRecord } from '../../journal/record-view.ts';
import { isSigned } from '../../journal/signed-head.ts';
import type { JournalFile } from '../../journal/sqlite-file.ts';

/** Batches that follow each other, and the signed head that they lead to. */
export interface JournalRun {
  /** Hash of the batch before. */
  readonly previous: string;
  readonly batches: readonly {
    readonly first: number;
    readonly count: number;
    readonly at: number;
    /** Base64. */
    readonly body: string;
  }[];
  readonly head: {
    readonly number: number;
    readonly seq: number;
    readonly at: number;
    readonly hash: string;
    readonly key: string;
    readonly signature: string;
  };
}

export interface JournalProof {
  readonly runs: readonly JournalRun[];
  /** Records that are gone from the journal, or that no head was signed behind yet. */
  readonly left: readonly number[];
}

/** Undefined where the batches have more than `maxBytes`. */
export function readJournalProof(
  file: Pick<JournalFile, 'read' | 'signedHeads' | 'ends'>,
  seqs: readonly number[],
  maxBytes: number,
): JournalProof | undefined {
  const runs: JournalRun[] = [];
  const left: number[] = [];
  let provedTo = 0;
  let bytes = 0;
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    if (seq <= provedTo) continue;
    const run = runFrom(file, seq, maxBytes - bytes);
    if (run === 'too-large') return undefined;
    if (run === undefined) {
      left.push(seq);
      continue;
    }
    runs.push(run.run);
    bytes += run.bytes;
    provedTo = run.run.head.seq;
  }
  return { runs, left };
}

function runFrom(
  file: Pick<JournalFile, 'read' | 'signedHeads' | 'ends'>,
  seq: number,
  maxBytes: number,
): { readonly run: JournalRun; readonly bytes: number } | 'too-large' | undefined {
  const [head] = file.signedHeads(seq, Number.MAX_SAFE_INTEGER);
  const [first] = file.read(seq - 1, 1);
  if (head === undefined || first === undefined || first.first > seq) return undefined;
  const before = first.first - 1;
  const { anchor } = file.ends();
  const previous = before === anchor.seq ? anchor.hash : file.read(before - 1, 1)[0]?.hash;
  if (previous === undefined) return undefined;
  const batches: Batch[] = [];
  let bytes = 0;
  for (let after = before; after < head.seq; ) {
    const [batch] = file.read(after, 1);
    if (batch === undefined) return undefined;
    bytes += batch.body.length;
    if (bytes > maxBytes) return 'too-large';
    batches.push(batch);
    after = batch.first + batch.count - 1;
  }
  const { number, at, hash, key, signature } = head;
  const run = {
    previous: formatHex(previous),
    batches: batches.map((batch) => ({
      first: batch.first,
      count: batch.count,
      at: batch.at,
      body: Buffer.from(batch.body).toString('base64'),
    })),
    head: { number, seq: head.seq, at, hash: formatHex(hash), key, signature: formatHex(signature) },
  };
  return { run, bytes };
}

/** What is proved: octets of records by their place. Faults say which run does not hold. */
export function checkRuns(
  runs: readonly JournalRun[],
  journal: string,
  publicKey: KeyObject,
  faults: string[],
): ReadonlyMap<number, Uint8Array> {
  const proved = new Map<number, Uint8Array>();
  for (const { previous, batches, head } of runs) {
    let hash = parseHex(previous) ?? new Uint8Array(0);
    let last = 0;
    for (const { body, ...about } of batches) {
      const batch = { ...about, body: new Uint8Array(Buffer.from(body, 'base64')) };
      hash = batchHash(hash, batch);
      last = batch.first + batch.count - 1;
      forEachRecord(batch, 0, ({ seq, b, payloadStart, payloadEnd }) => {
        proved.set(seq, b.subarray(payloadStart, payloadEnd));
      });
    }
    const where = `journal up to ${head.seq}`;
    if (formatHex(hash) !== head.hash || last !== head.seq) faults.push(`${where}: does not lead to its signed head`);
    const signature = parseHex(head.signature) ?? new Uint8Array(0);
    if (!isSigned(journal, { ...head, hash, signature }, publicKey)) faults.push(`${where}: not signed by the key`);
  }
  return proved;
}
