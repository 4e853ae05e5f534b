import { describe, expect, it } from 'vitest';
import { openTrackFile, type TrackFile } from '../../../../gateway/fold/store/track-file.ts';
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
    // Octets of its own each time, as from the disk.
    read: (after: number) =>
      batches
        .filter(({ first, count }) => first + count - 1 > after)
        .slice(0, 2)
        .map((batch) => ({ ...batch, body: new Uint8Array(batch.body) })),
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

/** Gathers all there is and writes it. */
function catchUp(follower: TrackFollower): void {
  while (follower.step(1));
  follower.writeAll();
}

describe('a follower of the journal', () => {
  it('gathers the positions of every record, a piece at a time, until there is nothing new, and writes them', () => {
    const file = fileOf([authenticated(), live(1)], [live(2), live(3)], [stored(4, 5)]);
    const tracks = openTrackFile(tempDir());
    const follower = new TrackFollower(file, tracks);
    expect([follower.step(1), follower.gathered, follower.cursor, follower.waiting]).toEqual([true, 4, 0, 3]);
    expect([follower.step(1), follower.gathered, follower.waiting]).toEqual([true, 5, 5]);
    expect([follower.step(1), tracks.cursor]).toEqual([false, 0]);
    follower.write();
    expect([follower.cursor, tracks.cursor, follower.waiting]).toEqual([5, 5, 0]);
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
    catchUp(new TrackFollower(file, tracks));
    expect(tracks.read(TERMINAL, ALL).map(({ seq }) => seq)).toEqual([1, 3]);
    tracks.close();
  });

  it('keeps two positions of one second', () => {
    const file = fileOf([live(1), live(1, { latitude: 25 })]);
    const tracks = openTrackFile(tempDir());
    catchUp(new TrackFollower(file, tracks));
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
    catchUp(new TrackFollower(file, tracks));
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
    catchUp(follower);
    expect(tracks.read(TERMINAL, ALL).map(({ seq }) => seq)).toEqual([3]);
    file.add([live(4)]);
    catchUp(follower);
    expect([tracks.cursor, tracks.read(TERMINAL, ALL).length]).toEqual([4, 2]);
    tracks.close();
  });
});

describe('points of many terminals', () => {
  const FLEET = 3000;
  const name = (n: number): string => String(13_800_000_000 + n);
  const round = (second: number): RecordInput[] =>
    Array.from({ length: FLEET }, (_, n) =>
      frameRecord({ id: ID.location, body: at(second) }, { receivedAt: NOON + 1000 * SECOND, terminal: name(n) }),
    );
  const terminalsIn = (tracks: TrackFile): number =>
    Array.from({ length: FLEET }, (_, n) => tracks.read(name(n), ALL).length).filter((points) => points > 0).length;

  it('are written a share at a turn, and the cursor passes what all shares have', () => {
    const tracks = openTrackFile(tempDir());
    const follower = new TrackFollower(fileOf(round(1)), tracks);
    while (follower.step(1));
    follower.write();
    const first = terminalsIn(tracks);
    expect(first).toBeGreaterThan(FLEET / 16);
    expect(first).toBeLessThan(FLEET / 4);
    expect([follower.cursor, tracks.cursor]).toEqual([0, 0]);
    for (let turns = 0; follower.waiting > 0; turns++) {
      expect(turns).toBeLessThan(8);
      follower.write();
    }
    expect([terminalsIn(tracks), follower.cursor, tracks.cursor]).toEqual([FLEET, FLEET, FLEET]);
    tracks.close();
  });

  it('that were not written before the end are read again, and kept once', () => {
    const dir = tempDir();
    const file = fileOf(round(1));
    const cut = openTrackFile(dir);
    const before = new TrackFollower(file, cut);
    while (before.step(1));
    before.write();
    cut.close();
    const tracks = openTrackFile(dir);
    catchUp(new TrackFollower(file, tracks));
    expect([terminalsIn(tracks), tracks.read(name(0), ALL).length]).toEqual([FLEET, 1]);
    tracks.close();
  });

  it('of a terminal that is asked for are written at once', () => {
    const tracks = openTrackFile(tempDir());
    const follower = new TrackFollower(fileOf(round(1)), tracks);
    while (follower.step(1));
    follower.writeTerminal(name(77));
    expect(tracks.read(name(77), ALL).length).toBe(1);
    expect([tracks.cursor, follower.waiting > 0]).toEqual([0, true]);
    tracks.close();
  });

  it('never wait in memory beyond the bound', () => {
    const tracks = openTrackFile(tempDir());
    const follower = new TrackFollower(fileOf(...Array.from({ length: 30 }, (_, second) => round(second))), tracks);
    let most = 0;
    while (follower.step(1)) most = Math.max(most, follower.waiting);
    // A look at the file brings two batches of the fleet.
    expect(most).toBeLessThanOrEqual(65_536 + 2 * FLEET);
    follower.writeAll();
    expect([tracks.read(name(5), ALL).length, tracks.cursor]).toEqual([30, 30 * FLEET]);
    tracks.close();
  });
});
