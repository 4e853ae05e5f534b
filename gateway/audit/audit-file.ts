/**
 * The trail as a file: one JSON line an entry, chained and signed, only ever appended to, on disk before a writer is told. Calls
 * made while a write is under way share the next one. One process writes a trail at a time. A file that is full is set aside and the
 * chain goes on in a new one.
 */
import { type FileHandle, open, rename } from 'node:fs/promises';
import type { Signer } from '../journal/signed-head.ts';
import type { AuditEntry, AuditSink } from './audit.ts';
import { equal } from '../journal/chain.ts';
import { formatRow, GENESIS, parseRow, rowBody, rowHash, signedText, type TrailEnd } from './chain.ts';
import { segmentPath, segmentsOf } from './segments.ts';
import { openHead } from './trail-head.ts';

export interface AuditFile extends AuditSink {
  /** The last row that is on disk. */
  readonly end: TrailEnd;
  /** What was wrong with the trail when it was opened; the trail has it as `audit.repaired`. */
  readonly repaired: AuditRepair | undefined;
  /** Resolves when everything that was given is on disk. */
  close(): Promise<void>;
}

/** A write that a crash cut off, or somebody's hand. */
export interface AuditRepair {
  /** Octets behind the last signed row, moved to `<trail>.unsigned`: nobody was told that they were kept. */
  readonly unsignedOctets: number;
  /** Rows that were there according to the head, and are not: a check of the trail finds them missing for good. */
  readonly missingRows: number;
}

/** Rows of one write, of which the last is signed. */
const MAX_ROWS = 256;
/** A file of this size is full. */
const MAX_OCTETS = 64 << 20;
/** More than one write can have. */
const TAIL_OCTETS = 16 << 20;

interface Tail {
  readonly end: TrailEnd;
  /** Octets up to and with the last signed row. */
  readonly size: number;
}

/** The last row that the key signed. Ed25519 signs the same text the same way, so signing again is as good as a check. */
async function lastSigned(file: FileHandle, signer: Signer): Promise<Tail> {
  const { size } = await file.stat();
  const from = Math.max(0, size - TAIL_OCTETS);
  const octets = Buffer.alloc(size - from);
  await file.read(octets, 0, octets.length, from);
  for (let to = octets.lastIndexOf(10); to >= 0; ) {
    const start = to === 0 ? -1 : octets.lastIndexOf(10, to - 1);
    const row = parseRow(octets.toString('utf8', start + 1, to));
    if (row?.signature !== undefined && equal(signer.sign(signedText(row)), row.signature))
      return { end: { n: row.n, hash: row.hash }, size: from + to + 1 };
    to = start;
  }
  return { end: GENESIS, size: 0 };
}

/** Where the chain stood when the newest file that was set aside was full. */
async function endOfSegments(path: string, signer: Signer): Promise<TrailEnd> {
  for (const segment of segmentsOf(path).toReversed()) {
    const file = await open(segment, 'r');
    try {
      const { end, size } = await lastSigned(file, signer);
      if (size > 0) return end;
    } finally {
      await file.close();
    }
  }
  return GENESIS;
}

async function moveAside(file: FileHandle, path: string, from: number): Promise<number> {
  const { size } = await file.stat();
  if (size <= from) return 0;
  const aside = await open(`${path}.unsigned`, 'a', 0o600);
  try {
    const piece = Buffer.alloc(1 << 20);
    for (let at = from; at < size; ) {
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      if (bytesRead === 0) break;
      await aside.appendFile(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
    await aside.datasync();
  } finally {
    await aside.close();
  }
  await file.truncate(from);
  return size - from;
}

/**
 * Opens the trail, making it where there is none, readable by its owner alone. What stands behind the last signed row is moved
 * aside, and rows that the head knows and the file has not stay missing: numbers go on behind them.
 */
export async function openAuditFile(
  path: string,
  {
    signer,
    now,
    maxOctets = MAX_OCTETS,
  }: {
    readonly signer: Signer;
    readonly now: () => number;
    /** A file is set aside with the write that makes it as large. */
    readonly maxOctets?: number;
  },
): Promise<AuditFile> {
  let file: FileHandle = await open(path, 'a+', 0o600);
  const head = await openHead(path);
  const tail = await lastSigned(file, signer);
  const unsignedOctets = await moveAside(file, path, tail.size);
  const before = tail.size > 0 ? tail.end : await endOfSegments(path, signer);
  const missingRows = Math.max(0, (head.last?.n ?? 0) - before.n);
  let end: TrailEnd = missingRows > 0 ? head.last! : before;
  let { size } = tail;
  /** A write failed midway: what it left is cut off before the next. */
  let torn = false;
  let waiting: AuditEntry[] = [];
  let next: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const entries = waiting;
    waiting = [];
    next = undefined;
    for (let i = 0; i < entries.length; i += MAX_ROWS) await writeRows(entries.slice(i, i + MAX_ROWS));
  }

  async function writeRows(entries: readonly AuditEntry[]): Promise<void> {
    if (torn) {
      await file.truncate(size);
      torn = false;
    }
    let { n, hash } = end;
    let text = '';
    let signature: Uint8Array | undefined;
    for (const [i, entry] of entries.entries()) {
      const body = rowBody(entry, ++n);
      hash = rowHash(hash, body);
      if (i === entries.length - 1) signature = signer.sign(signedText({ n, hash }));
      text += formatRow(body, hash, signature);
    }
    const octets = Buffer.from(text);
    try {
      await file.appendFile(octets);
      await file.datasync();
      await head.write({ n, hash, signature: signature! });
    } catch (error) {
      torn = true;
      throw error;
    }
    end = { n, hash };
    size += octets.length;
    if (size >= maxOctets) await setAside();
  }

  /** By the number of its last row, so that names are in order; a crash in between leaves no file, which the next start makes. */
  async function setAside(): Promise<void> {
    await rename(path, segmentPath(path, end.n));
    await file.close();
    file = await open(path, 'a+', 0o600);
    size = 0;
  }

  function append(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve();
    waiting.push(...entries);
    if (next === undefined) {
      next = writing.then(write);
      writing = next.catch(() => undefined);
    }
    return next;
  }

  const repaired = unsignedOctets > 0 || missingRows > 0 ? { unsignedOctets, missingRows } : undefined;
  if (repaired !== undefined)
    await append([{ who: 'gateway', what: 'audit.repaired', subject: 'audit', after: repaired, at: now() }]);

  return {
    get end() {
      return end;
    },
    repaired,
    append,
    async close() {
      await writing;
      await file.close();
      await head.close();
    },
  };
}
