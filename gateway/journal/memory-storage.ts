/** A storage engine that keeps batches in memory, with the failures of a disk at the turn of a switch: for virtual time. */
import type { Clock } from '../../protocol/index.ts';
import { batchHash, ChainCheck, type ChainEnd, type ChainEnds, genesisHash } from './chain.ts';
import { JournalError } from './errors.ts';
import type { Batch, DeadLetter } from './journal.ts';
import type { SeqRange } from './place.ts';
import type { Seq } from './record.ts';
import type {
  Commit,
  Committed,
  LetterKey,
  Opened,
  SignedHead,
  Space,
  Storage,
  StorageStats,
  Trimmed,
  TrimStep,
  Unacknowledged,
} from './storage.ts';

/** What survives the process: hand the same disk to the next storage to start again on it. */
export interface MemoryDisk {
  readonly id: string;
  readonly createdAt: number;
  batches: Batch[];
  ends: ChainEnds;
  readonly cursors: Map<string, Seq>;
  readonly ahead: Map<string, readonly SeqRange[]>;
  letters: DeadLetter[];
  /** Letters that somebody wants sent again. */
  readonly wanted: Set<DeadLetter>;
  signed: SignedHead[];
  unacknowledged: Unacknowledged[];
  locked: boolean;
}

export interface MemoryFaults {
  /** Every commit is refused. */
  full: boolean;
  /** Octets that fit; beyond them a commit is refused. */
  capacity: number;
  /** The so-manieth commit from now is refused, once. 0: none. */
  failIn: number;
  /** What a commit takes on the clock. */
  commitMs: number;
}

export interface MemoryStorage extends Storage {
  readonly disk: MemoryDisk;
  readonly faults: MemoryFaults;
  /** As a power cut: what is under way never happened, the lock is gone, no call is ever answered again. */
  cut(): void;
}

export function memoryDisk(id = '00000000', createdAt = 0): MemoryDisk {
  const genesis: ChainEnd = { seq: 0, hash: genesisHash(id) };
  return {
    id,
    createdAt,
    batches: [],
    ends: { anchor: genesis, head: genesis },
    cursors: new Map(),
    ahead: new Map(),
    letters: [],
    wanted: new Set(),
    signed: [],
    unacknowledged: [],
    locked: false,
  };
}

export function memoryStorage({ clock, disk = memoryDisk() }: { clock: Clock; disk?: MemoryDisk }): MemoryStorage {
  const faults: MemoryFaults = { full: false, capacity: Number.POSITIVE_INFINITY, failIn: 0, commitMs: 0 };
  let gone = false;

  function space(): Space {
    let usedBytes = 0;
    for (const { body } of disk.batches) usedBytes += body.length;
    return { usedBytes, diskBytes: usedBytes };
  }

  /** Does `work` after `ms`, by microtask where that is 0; never when the power was cut meanwhile. */
  async function later<T>(ms: number, work: () => T): Promise<T> {
    if (ms > 0) await new Promise<void>((resolve) => void clock.wake(clock.monotonic() + ms, resolve));
    else await Promise.resolve();
    return gone ? new Promise<never>(() => {}) : work();
  }

  function refuse(body: Uint8Array | undefined): void {
    if (faults.failIn > 0) {
      faults.failIn -= 1;
      if (faults.failIn === 0) throw new JournalError('JOURNAL_UNWRITABLE', 'this commit was to fail');
    }
    const full = faults.full || space().usedBytes + (body?.length ?? 0) > faults.capacity;
    if (full) throw new JournalError('JOURNAL_UNWRITABLE', 'no space left');
  }

  function drop(keys: readonly LetterKey[]): void {
    const named = (letter: LetterKey): boolean =>
      keys.some(({ reader, seq, id }) => letter.reader === reader && letter.seq === seq && letter.id === id);
    for (const letter of disk.wanted) if (named(letter)) disk.wanted.delete(letter);
    disk.letters = disk.letters.filter((letter) => !named(letter));
  }

  return {
    disk,
    faults,
    open: () =>
      later(0, (): Opened => {
        if (disk.locked) throw new JournalError('DATA_LOCKED', disk.id);
        disk.locked = true;
        const { anchor, head } = disk.ends;
        return {
          id: disk.id,
          createdAt: disk.createdAt,
          head: head.seq,
          tail: anchor.seq + 1,
          cursors: new Map(disk.cursors),
          ahead: new Map(disk.ahead),
          signed: disk.signed.at(-1)?.number ?? 0,
          space: space(),
        };
      }),
    commit: ({ batch, cursors, letters, unacknowledged, settled, signed }: Commit) =>
      later(faults.commitMs, (): Committed => {
        refuse(batch?.body);
        let hashed: Batch | null = null;
        if (batch !== null) {
          hashed = { ...batch, hash: batchHash(disk.ends.head.hash, batch) };
          disk.batches.push(hashed);
          disk.ends = { ...disk.ends, head: { seq: batch.first + batch.count - 1, hash: hashed.hash } };
        }
        for (const [reader, seq, ahead] of cursors) {
          if (seq === null) disk.cursors.delete(reader);
          else disk.cursors.set(reader, seq);
          if (ahead.length === 0) disk.ahead.delete(reader);
          else disk.ahead.set(reader, [...ahead]);
        }
        drop([...settled, ...letters]);
        disk.letters.push(...letters);
        disk.signed.push(...signed);
        disk.unacknowledged.push(...unacknowledged);
        return { batch: hashed, space: space() };
      }),
    read: (after, maxBytes) =>
      later(0, () => {
        const found: Batch[] = [];
        let bytes = 0;
        for (const batch of disk.batches) {
          if (batch.first + batch.count - 1 <= after) continue;
          bytes += batch.body.length;
          if (found.length > 0 && bytes > maxBytes) break;
          found.push(batch);
        }
        return found;
      }),
    trim: ({ upTo, olderThan, keepBytes, maxBatches }: TrimStep) =>
      later(0, (): Trimmed => {
        let { usedBytes } = space();
        let taken = 0;
        const may = (batch: Batch | undefined): batch is Batch =>
          batch !== undefined &&
          batch.first + batch.count - 1 <= upTo &&
          (batch.at < olderThan || usedBytes > keepBytes);
        for (let batch = disk.batches[0]; taken < maxBatches && may(batch); batch = disk.batches[taken]) {
          usedBytes -= batch.body.length;
          taken += 1;
          disk.ends = { ...disk.ends, anchor: { seq: batch.first + batch.count - 1, hash: batch.hash } };
        }
        disk.batches = disk.batches.slice(taken);
        const { seq } = disk.ends.anchor;
        disk.letters = disk.letters.filter((letter) => letter.seq > seq);
        disk.unacknowledged = disk.unacknowledged.filter((one) => one.seq > seq);
        disk.signed = disk.signed.filter((one) => one.seq >= seq);
        return { tail: seq + 1, more: may(disk.batches[0]), space: space() };
      }),
    wanted: (reader, limit) =>
      later(0, () => disk.letters.filter((one) => disk.wanted.has(one) && one.reader === reader).slice(0, limit)),
    check: () =>
      later(0, () => {
        const check = new ChainCheck(disk.ends.anchor);
        for (const batch of disk.batches) check.add(batch);
        return check.end(disk.ends.head);
      }),
    stats: () =>
      later(0, (): StorageStats => ({ ...space(), batches: disk.batches.length, letters: disk.letters.length })),
    close: () =>
      later(0, () => {
        disk.locked = false;
      }),
    cut() {
      gone = true;
      disk.locked = false;
    },
  };
}
