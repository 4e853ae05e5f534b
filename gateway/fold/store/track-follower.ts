/**
 * Reads a journal file and writes the positions in it to a track file, a share of the terminals at a time.
 *
 * Every terminal's points lie on pages of their own, so what a write costs the disk is the number of terminals in it, not
 * of points: a report of ten thousand terminals written each second would be forty megabytes a second, and the syncs of the
 * journal wait behind them. So points gather in memory while they are many, and a share of the terminals is written at each turn.
 *
 * Bound: `MAX_WAITING` points in memory; past that the shares come faster. What was not written is read again after a crash.
 */
import type { Revision } from '../../../protocol/index.ts';
import type { Seq } from '../../journal/record.ts';
import { forEachRecord, RecordView } from '../../journal/record-view.ts';
import { giveBack, type JournalFile } from '../../journal/sqlite-file.ts';
import { orderTime, PositionReader, type PositionReading } from '../positions.ts';
import type { TrackFile } from './track-file.ts';
import { lagFrom } from './track-point.ts';
import { type WaitingPoint, WaitingPoints } from './waiting-points.ts';

const SHARES = 8;
/** Not worth to be written in shares. */
const FEW = 2000;
const MAX_WAITING = 65_536;
/** The revision tells names of bits apart, which a track does not need. */
const anyRevision = (): Revision => 2013;

interface Share {
  readonly points: WaitingPoints;
  /** Everything of its terminals up to here is in the file. */
  upTo: Seq;
}

export class TrackFollower {
  readonly #file: Pick<JournalFile, 'read'>;
  readonly #tracks: TrackFile;
  readonly #reader = new PositionReader(anyRevision);
  readonly #view = new RecordView();
  readonly #shares: readonly Share[];
  #read: Seq;
  #waiting = 0;
  #turn = 0;

  constructor(file: Pick<JournalFile, 'read'>, tracks: TrackFile) {
    this.#file = file;
    this.#tracks = tracks;
    this.#read = tracks.cursor;
    this.#shares = Array.from({ length: SHARES }, () => ({ points: new WaitingPoints(), upTo: this.#read }));
  }

  /** The file is complete up to here. */
  get cursor(): Seq {
    return this.#waiting === 0 ? this.#read : Math.min(...this.#shares.map(({ upTo }) => upTo));
  }

  /** Points that are not in the file yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Everything up to here was gathered, or is in the file. */
  get gathered(): Seq {
    return this.#read;
  }

  /** Gathers about `maxBytes` of what is new; false where nothing is. Throws what SQLite throws; nothing has moved then. */
  step(maxBytes: number): boolean {
    while (this.#waiting > MAX_WAITING) this.#writeNext();
    const batches = this.#file.read(this.#read, maxBytes);
    for (const batch of batches) {
      forEachRecord(batch, this.#read, (view) => this.#collect(view), this.#view);
      this.#read = batch.first + batch.count - 1;
    }
    giveBack(batches);
    return batches.length > 0;
  }

  /** Writes what waits, where it is little, or a share of it: a point waits for no more than eight turns. */
  write(): void {
    if (this.#waiting > FEW) this.#writeNext();
    else this.writeAll();
  }

  writeAll(): void {
    this.#write(this.#shares, this.#read);
  }

  /** Writes what was gathered of a terminal, with others of its share. */
  writeTerminal(terminal: string): void {
    this.#writeShare(this.#shares[shareOf(terminal)]!);
  }

  #writeNext(): void {
    this.#writeShare(this.#shares[this.#turn]!);
    this.#turn = (this.#turn + 1) % SHARES;
  }

  #writeShare(share: Share): void {
    const others = this.#shares.filter((each) => each !== share).map(({ upTo }) => upTo);
    this.#write([share], Math.min(this.#read, ...others));
  }

  #write(shares: readonly Share[], cursor: Seq): void {
    this.#tracks.write(
      shares.map(({ points }) => points),
      cursor,
    );
    for (const share of shares) {
      this.#waiting -= share.points.length;
      share.points.clear();
      share.upTo = this.#read;
    }
  }

  #collect(view: RecordView): void {
    this.#reader.forEach(view, (reading) => {
      const { terminal } = view;
      this.#shares[shareOf(terminal)]!.points.add(view.b, reading.at, aboutOf(view, reading));
      this.#waiting++;
    });
  }
}

function aboutOf({ terminal, seq, receivedAt }: RecordView, { report, backfill }: PositionReading): WaitingPoint {
  const { mileage } = report.items;
  return {
    terminal,
    seq,
    time: orderTime(report.time, receivedAt),
    lag: receivedAt - lagFrom(report.time),
    mileage: mileage === undefined ? undefined : Math.round(mileage * 10),
    backfill,
  };
}

function shareOf(terminal: string): number {
  let hash = 0;
  for (let i = 0; i < terminal.length; i++) hash = (hash * 31 + terminal.charCodeAt(i)) | 0;
  return (hash >>> 0) % SHARES;
}
