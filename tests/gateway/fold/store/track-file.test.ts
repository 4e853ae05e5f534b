import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openTrackFile, type TrackFile, type TrackInput } from '../../../../gateway/fold/store/track-file.ts';
import { NOON } from '../../../support/terminal-frames.ts';
import { tempDir } from '../../journal/support.ts';

const SECOND = 1000;

const point = (second: number, over: Partial<TrackInput> = {}): TrackInput => ({
  terminal: '100',
  time: NOON + second * SECOND,
  digest: second,
  seq: second + 1,
  receivedAt: NOON + second * SECOND + 250,
  latitude: 24.88,
  longitude: 102.83,
  altitude: 1892,
  speed: second,
  direction: 87,
  alarm: 0,
  status: 3,
  mileage: 1234.5,
  fix: true,
  backfill: false,
  ...over,
});
const ALL = { from: 0, to: 1e15, limit: 1e6 };
const secondsOf = (tracks: TrackFile, terminal = '100', range = ALL): number[] =>
  tracks.read(terminal, range).map(({ time }) => (time - NOON) / SECOND);

describe('a track', () => {
  it('gives points back as they were, by time', () => {
    const tracks = openTrackFile(tempDir());
    tracks.write(
      [point(9, { backfill: true, fix: false }), point(3, { speed: 42.5, mileage: null, alarm: 2 ** 31 })],
      7,
    );
    expect(tracks.read('100', ALL)).toEqual([
      {
        time: NOON + 3 * SECOND,
        seq: 4,
        receivedAt: NOON + 3250,
        latitude: 24.88,
        longitude: 102.83,
        altitude: 1892,
        speed: 42.5,
        direction: 87,
        alarm: 2 ** 31,
        status: 3,
        mileage: null,
        fix: true,
        backfill: false,
      },
      expect.objectContaining({ time: NOON + 9 * SECOND, speed: 9, mileage: 1234.5, fix: false, backfill: true }),
    ]);
    tracks.close();
  });

  it('holds the same position once, and two of one second as two', () => {
    const tracks = openTrackFile(tempDir());
    tracks.write([point(1), point(1, { seq: 50, backfill: true }), point(1, { digest: 77 })], 60);
    expect(tracks.read('100', ALL).map(({ seq, backfill }) => [seq, backfill])).toEqual([
      [2, false],
      [2, false],
    ]);
    tracks.close();
  });

  it('is read by range, both ends included, and no further than the limit', () => {
    const tracks = openTrackFile(tempDir());
    tracks.write(
      Array.from({ length: 10 }, (_, second) => point(second)),
      10,
    );
    expect(secondsOf(tracks, '100', { from: NOON + 2 * SECOND, to: NOON + 5 * SECOND, limit: 100 })).toEqual([
      2, 3, 4, 5,
    ]);
    expect(secondsOf(tracks, '100', { ...ALL, limit: 3 })).toEqual([0, 1, 2]);
    tracks.close();
  });

  it('is of one terminal; of one that nobody saw it is empty, and asking leaves no trace', () => {
    const dir = tempDir();
    const tracks = openTrackFile(dir);
    tracks.write([point(1), point(2, { terminal: '200' })], 2);
    expect([secondsOf(tracks, '100'), secondsOf(tracks, '200')]).toEqual([[1], [2]]);
    tracks.close();
    const reader = openTrackFile(dir, { readOnly: true });
    expect(secondsOf(reader, '300')).toEqual([]);
    expect(secondsOf(reader, '200')).toEqual([2]);
    reader.close();
  });

  it('goes on where it was when the file is opened again', () => {
    const dir = tempDir();
    const first = openTrackFile(dir);
    first.write([point(1)], 11);
    first.close();
    const second = openTrackFile(dir);
    expect(second.cursor).toBe(11);
    second.write([point(2), point(1)], 13);
    expect([second.cursor, secondsOf(second)]).toEqual([13, [1, 2]]);
    second.close();
  });

  it('is written with its cursor or not at all', () => {
    const tracks = openTrackFile(tempDir());
    const broken = { ...point(2, { terminal: 'new' }), time: {} as number };
    expect(() => tracks.write([point(1, { terminal: 'new' }), broken], 5)).toThrow(/cannot be bound/);
    expect([tracks.cursor, secondsOf(tracks, 'new')]).toEqual([0, []]);
    // The number that the terminal had been given is gone with it.
    tracks.write([point(1), point(2, { terminal: 'new' })], 6);
    expect([secondsOf(tracks), secondsOf(tracks, 'new')]).toEqual([[1], [2]]);
    tracks.close();
  });

  it('of a newer program is not touched', () => {
    const dir = tempDir();
    openTrackFile(dir).close();
    const db = new DatabaseSync(join(dir, 'tracks', 'tracks.db'));
    db.exec('pragma user_version = 99');
    db.close();
    expect(() => openTrackFile(dir)).toThrow(/version 99/);
  });
});

describe('letting go of old points', () => {
  function drained(tracks: TrackFile, before: number): number {
    let steps = 1;
    while (tracks.drop(before)) steps++;
    return steps;
  }

  it('is done in steps, for every terminal, and leaves what is young enough', () => {
    const tracks = openTrackFile(tempDir());
    tracks.write(
      Array.from({ length: 12_000 }, (_, second) => point(second)),
      1,
    );
    for (const terminal of ['200', '300']) tracks.write([point(1, { terminal }), point(9000, { terminal })], 2);
    expect(drained(tracks, NOON + 8000 * SECOND)).toBeGreaterThan(3);
    expect(secondsOf(tracks).length).toBe(4000);
    expect([secondsOf(tracks)[0], secondsOf(tracks, '200'), secondsOf(tracks, '300')]).toEqual([8000, [9000], [9000]]);
    tracks.close();
  });

  it('begins anew each time it is asked for', () => {
    const tracks = openTrackFile(tempDir());
    tracks.write(
      ['1', '2'].flatMap((terminal) => [1, 2, 3].map((second) => point(second, { terminal }))),
      1,
    );
    const left = [2, 3, 4].map((second) => {
      drained(tracks, NOON + second * SECOND);
      return [secondsOf(tracks, '1'), secondsOf(tracks, '2')];
    });
    expect(left).toEqual([
      [
        [2, 3],
        [2, 3],
      ],
      [[3], [3]],
      [[], []],
    ]);
    tracks.close();
  });

  it('of a file without terminals ends at once', () => {
    const tracks = openTrackFile(tempDir());
    expect(tracks.drop(NOON)).toBe(false);
    tracks.close();
  });
});
