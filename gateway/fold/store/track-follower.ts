/** Reads a journal file and writes the positions in it to a track file, a piece at a time. */
import { contentHash, type Revision } from '../../../protocol/index.ts';
import type { Seq } from '../../journal/record.ts';
import { forEachRecord, RecordView } from '../../journal/record-view.ts';
import type { JournalFile } from '../../journal/sqlite-file.ts';
import { hasFix, orderTime, PositionReader } from '../positions.ts';
import type { TrackFile, TrackInput } from './track-file.ts';

/** Octets of a location report that make it the same position: all but its additional items. */
const BASIC_OCTETS = 28;
/** The revision tells names of bits apart, which a track does not need. */
const anyRevision = (): Revision => 2013;

export class TrackFollower {
  cursor: Seq;
  readonly #file: Pick<JournalFile, 'read'>;
  readonly #tracks: TrackFile;
  readonly #reader = new PositionReader(anyRevision);
  readonly #view = new RecordView();

  constructor(file: Pick<JournalFile, 'read'>, tracks: TrackFile) {
    this.#file = file;
    this.#tracks = tracks;
    this.cursor = tracks.cursor;
  }

  /** Takes about `maxBytes` of what is new; false where nothing is. */
  step(maxBytes: number): boolean {
    const batches = this.#file.read(this.cursor, maxBytes);
    if (batches.length === 0) return false;
    const points: TrackInput[] = [];
    let last = this.cursor;
    for (const batch of batches) {
      forEachRecord(batch, this.cursor, (view) => this.#collect(view, points), this.#view);
      last = batch.first + batch.count - 1;
    }
    // In the order of the file: rows of one terminal then fall on one page.
    points.sort((a, b) => (a.terminal < b.terminal ? -1 : a.terminal > b.terminal ? 1 : a.time - b.time));
    this.#tracks.write(points, last);
    this.cursor = last;
    return true;
  }

  #collect(view: RecordView, points: TrackInput[]): void {
    const { terminal, seq, receivedAt } = view;
    this.#reader.forEach(view, ({ report, at, backfill }) => {
      points.push({
        terminal,
        time: orderTime(report.time, receivedAt),
        digest: contentHash(view.b, at, at + BASIC_OCTETS),
        seq,
        receivedAt,
        report,
        fix: hasFix(report),
        backfill,
      });
    });
  }
}
