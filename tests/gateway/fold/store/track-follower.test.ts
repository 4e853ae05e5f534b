import { describe, expect, it } from 'vitest';
import { openTrackFile } from '../../../../gateway/fold/store/track-file.ts';
import { TrackFollower } from '../../../../gateway/fold/store/track-follower.ts';
import type { Batch } from '../../../../gateway/journal/journal.ts';
import type { RecordInput } from '../../../../gateway/journal/record.ts';
import { batchBody, ID, locationBody, NOON } from '../../../support/terminal-frames.ts';
import { tempDir } from '../../journal/support.ts';
import { authenticated, batchOf, frameRecord, TERMINAL } from '../../support/records.ts';

const SECOND = 1000;
const ALL = { from: 0, to: 1e15, limit: 1e6 };

/** A journal's file of batches at hand, `perRead` of them at a look. */
function fileOf(...groups: readonly (readonly RecordInput[])[]) {
  const batches: Batch[] = [];
  const file = {
    add(records: readonly RecordInput[]): void {
      const last = batches.at(-1);
      batches.push(batchOf(records, last === undefined ? 1 : last.first + last.count));
    },
    read: (after: number) => batches.filter(({ first, count }) => first + count - 1 > after).slice(0, 2),
  };
  for (const records of groups) file.add(records);
  return file;
}

const at = (second: number, over: object = {}): Uint8Array => locationBody({ time: NOON + second * SECOND, ...over });
const live = (second: number, over: object = {}): RecordInput =>
  frameRecord({ id: ID.location, body: at(second, over) }, { receivedAt: NOON + 1000 * SECOND });
const stored = (...seconds: number[]): RecordInput =>
  frameRecord(
    { id: ID.batch, body: batchBody(seconds.map((second) => at(second))) },
    { receivedAt: NOON + 1000 * SECOND },
  );

describe('a follower of the journal', () => {
  it('writes the positions of every record, a piece at a time, until there is nothing new', () => {
    const file = fileOf([authenticated(), live(1)], [live(2), live(3)], [stored(4, 5)]);
    const tracks = openTrackFile(tempDir());
    const follower = new TrackFollower(file, tracks);
    expect([follower.step(1), follower.cursor]).toEqual([true, 4]);
    expect([follower.step(1), follower.cursor, tracks.cursor]).toEqual([true, 5, 5]);
    expect(follower.step(1)).toBe(false);
    expect(
      tracks.read(TERMINAL, ALL).map(({ time, seq, backfill }) => [(time - NOON) / SECOND, seq, backfill]),
    ).toEqual([
      [1, 2, true],
      [2, 3, true],
      [3, 4, true],
      [4, 5, true],
      [5, 5, true],
    ]);
    tracks.close();
  });

  it('keeps a position once, though it came live, again and out of memory, and keeps who had it first', () => {
    const file = fileOf([live(1)], [live(1)], [stored(1, 2)]);
    const tracks = openTrackFile(tempDir());
    const follower = new TrackFollower(file, tracks);
    while (follower.step(1));
    expect(tracks.read(TERMINAL, ALL).map(({ seq }) => seq)).toEqual([1, 3]);
    tracks.close();
  });

  it('keeps two positions of one second', () => {
    const file = fileOf([live(1), live(1, { latitude: 25 })]);
    const tracks = openTrackFile(tempDir());
    new TrackFollower(file, tracks).step(1);
    expect(
      tracks
        .read(TERMINAL, ALL)
        .map(({ latitude }) => latitude)
        .sort((a, b) => a - b),
    ).toEqual([24.88, 25]);
    tracks.close();
  });

  it('puts a report without a usable time where it was received', () => {
    const file = fileOf([live(1, { time: Number.NaN })]);
    const tracks = openTrackFile(tempDir());
    new TrackFollower(file, tracks).step(1);
    expect(tracks.read(TERMINAL, ALL).map(({ time }) => time)).toEqual([NOON + 1000 * SECOND]);
    tracks.close();
  });

  it('opened again goes on where the file says, in the middle of a batch if need be', () => {
    const dir = tempDir();
    const file = fileOf([live(1), live(2), live(3)]);
    const first = openTrackFile(dir);
    first.write([], 2);
    first.close();
    const tracks = openTrackFile(dir);
    const follower = new TrackFollower(file, tracks);
    expect(follower.cursor).toBe(2);
    while (follower.step(1));
    expect(tracks.read(TERMINAL, ALL).map(({ seq }) => seq)).toEqual([3]);
    file.add([live(4)]);
    while (follower.step(1));
    expect([tracks.cursor, tracks.read(TERMINAL, ALL).length]).toEqual([4, 2]);
    tracks.close();
  });
});
