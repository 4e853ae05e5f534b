import { mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openTrackFile, type TrackFile, trackPath } from '../../../../gateway/fold/store/track-file.ts';
import { contentHash } from '../../../../protocol/index.ts';
import { locationBody, NOON } from '../../../support/terminal-frames.ts';
import { tempDir } from '../../journal/support.ts';
import { type Said, said, waiting } from './waiting.ts';

const SECOND = 1000;
const HOUR = 3600;
const ALL = { from: 0, to: 1e15, limit: 1e6 };

const seconds = (count: number, from = 0): number[] => Array.from({ length: count }, (_, second) => from + second);
const write = (tracks: TrackFile, points: readonly Said[], cursor = 1): void => tracks.write([waiting(points)], cursor);
const secondsOf = (tracks: TrackFile, terminal = '100', range = ALL): number[] =>
  tracks.read(terminal, range).map(({ time }) => (time - NOON) / SECOND);
const blocksOf = (dir: string): number =>
  Number(new DatabaseSync(trackPath(dir)).prepare('select count(*) n from block').get()!['n']);

describe('a track', () => {
  it('gives points back as they were, by time', () => {
    const tracks = openTrackFile(tempDir());
    write(tracks, [
      said(9, { backfill: true, report: { status: 0 } }),
      said(3, { report: { speed: 42.5, alarm: 2 ** 31, status: 19, items: {} }, mileage: undefined }),
    ]);
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
        status: 19,
        mileage: null,
        fix: true,
        backfill: false,
      },
      expect.objectContaining({ time: NOON + 9 * SECOND, seq: 10, mileage: 1234.5, fix: false, backfill: true }),
    ]);
    tracks.close();
  });

  it('has the sides of the world that the status says', () => {
    const tracks = openTrackFile(tempDir());
    write(tracks, [said(1, { report: { status: 0b1111, latitude: -33.86, longitude: -70.5 } })]);
    expect(tracks.read('100', ALL)).toMatchObject([{ latitude: -33.86, longitude: -70.5, fix: true }]);
    tracks.close();
  });

  it('holds the same position once, as who had it first, and two of one second as two', () => {
    const tracks = openTrackFile(tempDir());
    write(tracks, [said(1), said(1, { seq: 50, backfill: true }), said(1, { seq: 51, report: { speed: 1 } })]);
    write(tracks, [said(1, { seq: 60 })]);
    expect(tracks.read('100', ALL).map(({ seq, backfill }) => [seq, backfill])).toEqual([
      [2, false],
      [51, false],
    ]);
    tracks.close();
  });

  it('tells two positions apart that a clock running ahead has put to the same reception', () => {
    const tracks = openTrackFile(tempDir());
    const receivedAt = NOON;
    write(tracks, [said(30, { receivedAt }), said(31, { receivedAt }), said(Number.NaN, { receivedAt, seq: 90 })]);
    expect(tracks.read('100', ALL).map(({ time, seq }) => [time, seq])).toEqual([
      [NOON, 31],
      [NOON, 32],
      [NOON, 90],
    ]);
    tracks.close();
  });

  it('is read by range, both ends included, and no further than the limit', () => {
    const tracks = openTrackFile(tempDir());
    const points = [...seconds(10), ...seconds(10, HOUR), ...seconds(10, 3 * HOUR)];
    write(
      tracks,
      points.map((second) => said(second)),
    );
    const range = { from: NOON + 2 * SECOND, to: NOON + 5 * SECOND, limit: 100 };
    expect(secondsOf(tracks, '100', range)).toEqual([2, 3, 4, 5]);
    expect(secondsOf(tracks, '100', { ...range, to: NOON + (HOUR + 1) * SECOND })).toEqual([
      ...seconds(8, 2),
      HOUR,
      HOUR + 1,
    ]);
    expect(secondsOf(tracks, '100', { ...ALL, limit: 3 })).toEqual([0, 1, 2]);
    expect(secondsOf(tracks, '100', { ...ALL, limit: 12 })).toEqual([...seconds(10), HOUR, HOUR + 1]);
    expect(secondsOf(tracks)).toEqual(points);
    tracks.close();
  });

  it('is of one terminal; of one that nobody saw it is empty, and asking leaves no trace', () => {
    const dir = tempDir();
    const tracks = openTrackFile(dir);
    write(tracks, [said(1), said(2, { terminal: '200' })]);
    expect([secondsOf(tracks, '100'), secondsOf(tracks, '200'), secondsOf(tracks, '300')]).toEqual([[1], [2], []]);
    tracks.close();
    const reader = openTrackFile(dir, { readOnly: true });
    expect([secondsOf(reader, '300'), secondsOf(reader, '200')]).toEqual([[], [2]]);
    reader.close();
    const terminals = new DatabaseSync(trackPath(dir)).prepare('select name from terminal').all();
    expect(terminals.map(({ name }) => name)).toEqual(['100', '200']);
  });

  it('goes on where it was when the file is opened again', () => {
    const dir = tempDir();
    const first = openTrackFile(dir);
    write(first, [said(1)], 11);
    first.close();
    const second = openTrackFile(dir);
    expect(second.cursor).toBe(11);
    write(second, [said(1), said(2)], 13);
    write(second, [said(3)], 14);
    expect([second.cursor, secondsOf(second)]).toEqual([14, [1, 2, 3]]);
    second.close();
    expect(blocksOf(dir)).toBe(1);
  });

  it('is written with its cursor or not at all', () => {
    const dir = tempDir();
    const tracks = openTrackFile(dir);
    write(tracks, [said(1)], 4);
    expect(() => write(tracks, [said(2), said(2, { terminal: 'new' })], Number.NaN)).toThrow(/constraint/i);
    expect([tracks.cursor, secondsOf(tracks), secondsOf(tracks, 'new')]).toEqual([4, [1], []]);
    // The number that the terminal had been given is gone with it, and blocks are added to where they end.
    write(tracks, [said(2), said(3), said(2, { terminal: 'new' })], 6);
    expect([secondsOf(tracks), secondsOf(tracks, 'new')]).toEqual([[1, 2, 3], [2]]);
    tracks.close();
  });

  it('of a newer program is not touched', () => {
    const dir = tempDir();
    openTrackFile(dir).close();
    const db = new DatabaseSync(trackPath(dir));
    db.exec('pragma user_version = 99');
    db.close();
    for (const readOnly of [false, true]) expect(() => openTrackFile(dir, { readOnly })).toThrow(/version 99/);
  });
});

describe('the blocks of a track', () => {
  it('are few, though every write brings one point', () => {
    const dir = tempDir();
    const tracks = openTrackFile(dir);
    for (const n of seconds(240)) write(tracks, [said(30 * n)]);
    expect(secondsOf(tracks)).toEqual(seconds(240).map((n) => 30 * n));
    tracks.close();
    expect(blocksOf(dir)).toBeLessThanOrEqual(6);
  });

  it('are of one hour each, and old positions do not close the one of the hour that runs', () => {
    const dir = tempDir();
    const tracks = openTrackFile(dir);
    for (const n of seconds(20)) write(tracks, [said(n), said(5 * HOUR + n, { seq: 1000 + n })]);
    expect(secondsOf(tracks)).toEqual([...seconds(20), ...seconds(20, 5 * HOUR)]);
    tracks.close();
    expect(blocksOf(dir)).toBe(2);
  });

  it('take more than an hour has room for into the last of them', () => {
    const dir = tempDir();
    const tracks = openTrackFile(dir);
    write(tracks, [said(1)]);
    tracks.close();
    const db = new DatabaseSync(trackPath(dir));
    db.exec(`update block set id = id + ${2 ** 14 - 1}`);
    const again = openTrackFile(dir);
    write(
      again,
      seconds(500, 2).map((second) => said(second)),
    );
    expect(secondsOf(again)).toEqual(seconds(501, 1));
    again.close();
    expect(blocksOf(dir)).toBe(1);
  });

  it('keep times that no calendar of ours has where they are asked for', () => {
    const tracks = openTrackFile(tempDir());
    const [past, future] = [Date.UTC(1990, 1), Date.UTC(2080, 1)];
    write(
      tracks,
      [past, NOON, future].map((receivedAt, i) => said(Number.NaN, { receivedAt, seq: i })),
    );
    expect(tracks.read('100', ALL).map(({ time }) => time)).toEqual([past, NOON, future]);
    expect(tracks.read('100', { from: past, to: past + 1, limit: 9 }).length).toBe(1);
    tracks.close();
  });
});

describe('letting go of old points', () => {
  function drained(tracks: TrackFile, before: number): number {
    let steps = 1;
    while (tracks.drop(before)) steps++;
    return steps;
  }

  it('is done by whole hours, in steps, for every terminal', () => {
    const tracks = openTrackFile(tempDir());
    const half = seconds(12).map((n) => n * (HOUR / 2));
    for (const terminal of ['1', '2', '3']) {
      write(
        tracks,
        half.map((second) => said(second, { terminal })),
      );
    }
    expect(drained(tracks, NOON + 3.75 * HOUR * SECOND)).toBeGreaterThan(3);
    for (const terminal of ['1', '2', '3']) expect(secondsOf(tracks, terminal)).toEqual(half.slice(6));
    expect(drained(tracks, NOON + 3.75 * HOUR * SECOND)).toBe(1);
    tracks.close();
  });

  it('begins anew each time it is asked for, and what comes after is kept', () => {
    const tracks = openTrackFile(tempDir());
    const left = [1, 2, 3].map((hour) => {
      for (const terminal of ['1', '2'])
        write(tracks, [said(2 * HOUR, { terminal }), said(2 * HOUR + hour, { terminal })]);
      drained(tracks, NOON + hour * HOUR * SECOND);
      return [secondsOf(tracks, '1'), secondsOf(tracks, '2')];
    });
    const kept = [2 * HOUR, 2 * HOUR + 1];
    expect(left).toEqual([
      [kept, kept],
      [
        [...kept, 2 * HOUR + 2],
        [...kept, 2 * HOUR + 2],
      ],
      [[], []],
    ]);
    write(tracks, [said(2 * HOUR, { terminal: '1' })]);
    expect(secondsOf(tracks, '1')).toEqual([2 * HOUR]);
    tracks.close();
  });

  it('of a file without terminals ends at once', () => {
    const tracks = openTrackFile(tempDir());
    expect(tracks.drop(NOON)).toBe(false);
    tracks.close();
  });
});

describe('a file of the first form', () => {
  /** As version 1 made it, with a position a second. */
  function firstForm(count: number): string {
    const dir = tempDir();
    mkdirSync(`${dir}/tracks`);
    const db = new DatabaseSync(trackPath(dir));
    db.exec(`
      create table terminal (n integer primary key, name text not null unique) strict;
      create table place (
        n integer not null, t integer not null, digest integer not null, seq integer not null, received integer not null,
        lat real not null, lon real not null, altitude integer not null, speed real not null, direction integer not null,
        alarm integer not null, status integer not null, mileage real, flags integer not null,
        primary key (n, t, digest)
      ) strict, without rowid;
      create table cursor (reader text primary key, seq integer not null) strict, without rowid;
      pragma user_version = 1;
      insert into terminal values (1, '100');
      insert into cursor values ('journal', ${count});
    `);
    db.exec('begin');
    const insert = db.prepare('insert into place values (1,?,?,?,?,24.88,102.83,1892,42.5,87,0,3,1234.5,1)');
    for (const second of seconds(count)) {
      const time = NOON + second * SECOND;
      insert.run(time, contentHash(locationBody({ time }), 0, 28), second + 1, time + 250);
    }
    db.exec('commit');
    db.close();
    return dir;
  }

  it('is read as it is by who may only read', () => {
    const tracks = openTrackFile(firstForm(3), { readOnly: true });
    expect([tracks.cursor, secondsOf(tracks), secondsOf(tracks, '200')]).toEqual([3, seconds(3), []]);
    tracks.close();
  });

  it('is written on in blocks, and its rows are told with them, each position once and as it would be from a block', () => {
    const tracks = openTrackFile(firstForm(3));
    const before = tracks.read('100', ALL);
    write(
      tracks,
      seconds(4, 1).map((second) => said(second, { seq: second + 100, receivedAt: NOON + second * SECOND + 250 })),
      7,
    );
    expect([tracks.cursor, secondsOf(tracks)]).toEqual([7, seconds(5)]);
    expect(tracks.read('100', ALL).slice(0, 3)).toEqual(before);
    const { time, seq, receivedAt } = tracks.read('100', ALL)[4]!;
    expect(tracks.read('100', ALL)[4]).toEqual({ ...before[0], time, seq, receivedAt });
    expect(secondsOf(tracks, '100', { from: NOON + SECOND, to: NOON + 9 * SECOND, limit: 3 })).toEqual(seconds(3, 1));
    tracks.close();
  });

  it('loses its rows as they age, in steps, and then the table of them', () => {
    const dir = firstForm(12_000);
    const tracks = openTrackFile(dir);
    const tables = (): unknown[] =>
      new DatabaseSync(trackPath(dir), { readOnly: true })
        .prepare("select name from sqlite_master where name = 'place'")
        .all();
    let steps = 1;
    while (tracks.drop(NOON + 11_999 * SECOND)) steps++;
    expect([steps > 3, secondsOf(tracks), tables().length]).toEqual([true, [11_999], 1]);
    while (tracks.drop(NOON + 12_000 * SECOND));
    expect([secondsOf(tracks), tables().length]).toEqual([[], 0]);
    write(tracks, [said(5)]);
    expect(secondsOf(tracks)).toEqual([5]);
    tracks.close();
  });
});
