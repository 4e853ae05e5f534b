import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOfHeld } from '../../../gateway/deliver/position-payload.ts';
import { Latest, type Live } from '../../../gateway/fold/latest.ts';
import { PositionReader } from '../../../gateway/fold/positions.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import type { LocationReport } from '../../../protocol/index.ts';
import { batchBody, bodyOf, ID, location, locationBody, NOON } from '../../support/terminal-frames.ts';
import { authenticated, closed, frameRecord, record, show, started, TERMINAL } from '../support/records.ts';

const SECOND = 1000;
const MINUTE = 60_000;

interface Heard {
  readonly latest: Latest;
  /** `terminal urgent?` in order. */
  readonly said: string[];
  readonly touched: string[];
  hear(records: readonly RecordInput[], first?: number): void;
}

function newLatest(): Heard {
  const touched: string[] = [];
  const said: string[] = [];
  const latest = new Latest(new PositionReader(() => 2013), (terminal) => touched.push(terminal));
  latest.subscribe((live, urgent) => said.push(`${live.terminal}${urgent ? '!' : ''}`));
  return { latest, said, touched, hear: (records, first = 1) => show(records, (view) => latest.apply(view), first) };
}

const report = (over: Partial<LocationReport>, receivedAt = NOON, serial = 0): RecordInput =>
  frameRecord({ id: ID.location, serial, body: locationBody(over) }, { receivedAt });

function lastOf(heard: Heard): Live {
  return heard.latest.get(TERMINAL)!;
}

describe('the last known of a terminal', () => {
  it('begins with its first record: online since the login, where it is since the first report', () => {
    const heard = newLatest();
    heard.hear([authenticated(1, { receivedAt: NOON }), report({ time: NOON }, NOON + SECOND)]);
    expect(lastOf(heard)).toMatchObject({
      seq: 2,
      online: true,
      since: NOON,
      peer: 'memory:1',
      lastHeardAt: NOON + SECOND,
      last: { seq: 2, order: NOON, receivedAt: NOON + SECOND, backfill: false, revision: 2013 },
    });
    expect(lastOf(heard).fix).toBe(lastOf(heard).last);
    expect([heard.latest.size, heard.latest.online]).toEqual([1, 1]);
    expect(heard.said).toEqual([`${TERMINAL}!`, `${TERMINAL}!`]);
  });

  it('keeps the last fix beside a newer report without one', () => {
    const heard = newLatest();
    heard.hear([report({ time: NOON }), report({ time: NOON + SECOND, status: 1 }, NOON + SECOND)]);
    expect([lastOf(heard).last?.seq, lastOf(heard).fix?.seq]).toEqual([2, 1]);
  });

  it('has one position again with the next fix, and never shows a fix what came without one', () => {
    const heard = newLatest();
    const speeds = (): (number | undefined)[] => [lastOf(heard).last?.report.speed, lastOf(heard).fix?.report.speed];
    const told: unknown[] = [];
    for (const [second, fix] of [true, false, false, true, false, true].entries()) {
      const at = NOON + second * SECOND;
      heard.hear([report({ time: at, speed: second, status: fix ? 0b11 : 1 }, at)], second + 1);
      told.push(speeds());
    }
    expect(told).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 3],
      [4, 3],
      [5, 5],
    ]);
    expect(lastOf(heard).fix).toBe(lastOf(heard).last);
  });

  it('takes a stored fix that is newer than the one it had, behind a newer report without one', () => {
    const heard = newLatest();
    heard.hear([
      report({ time: NOON - MINUTE }, NOON),
      report({ time: NOON, status: 0 }, NOON),
      frameRecord(
        { id: ID.batch, body: batchBody([locationBody({ time: NOON - 10 * SECOND })]) },
        { receivedAt: NOON },
      ),
    ]);
    expect([lastOf(heard).last?.seq, lastOf(heard).fix?.seq]).toEqual([2, 3]);
    // What is shown of it has changed, so somebody must be told.
    expect(heard.said.length).toBe(3);
  });

  it('is not moved by back-fill, which is not told of either', () => {
    const heard = newLatest();
    heard.hear([report({ time: NOON })]);
    const before = structuredClone(lastOf(heard).last);
    heard.said.length = 0;
    heard.hear(
      [
        frameRecord(
          { id: ID.batch, body: batchBody([1, 2, 3].map((m) => locationBody({ time: NOON - m * MINUTE }))) },
          { receivedAt: NOON + SECOND },
        ),
      ],
      2,
    );
    expect(lastOf(heard).last).toEqual(before);
    expect(lastOf(heard)).toMatchObject({ seq: 2, lastHeardAt: NOON + SECOND });
    expect(heard.said).toEqual([]);
  });

  it('is not frozen by one report from the future', () => {
    const heard = newLatest();
    heard.hear([
      report({ time: NOON + 300 * 86_400_000 }, NOON),
      report({ time: NOON + 10 * SECOND }, NOON + 10 * SECOND),
      report({ time: NOON + 9 * MINUTE }, NOON + 20 * SECOND),
      report({ time: NOON + 30 * SECOND }, NOON + 30 * SECOND),
    ]);
    expect(lastOf(heard).last?.seq).toBe(4);
  });

  it('goes on by reception where a clock was never set', () => {
    const heard = newLatest();
    heard.hear([0, 1, 2].map((n) => report({ time: Number.NaN, speed: n }, NOON + n * SECOND, n)));
    expect(lastOf(heard).last).toMatchObject({ seq: 3, order: NOON + 2 * SECOND, report: { speed: 2 } });
  });

  it('is urgent where it came or went, or alarm or status changed, and not where only the place did', () => {
    const heard = newLatest();
    heard.hear([
      authenticated(),
      report({ time: NOON }),
      report({ time: NOON + SECOND, latitude: 25 }, NOON + SECOND),
      report({ time: NOON + 2 * SECOND, alarm: 1 }, NOON + 2 * SECOND),
      report({ time: NOON + 3 * SECOND, alarm: 1, status: 2 }, NOON + 3 * SECOND),
      closed(),
    ]);
    expect(heard.said.map((word) => word.endsWith('!'))).toEqual([true, true, false, true, true, true]);
  });

  it('has the id that the position is delivered under', () => {
    const heard = newLatest();
    heard.hear([frameRecord({ id: ID.batch, body: batchBody([locationBody({ time: NOON })]) })]);
    const other = newLatest();
    other.hear([report({ time: NOON })]);
    const [id, same] = [heard, other].map((each) => idOfHeld(TERMINAL, lastOf(each).last!));
    expect(id).toBe(same);
    expect(id).toMatch(/^13912345678-260301120000-[0-9a-f]{16}$/);
  });

  it('is touched by whatever is heard of it, be it only a message', () => {
    const heard = newLatest();
    heard.hear([
      report({ time: NOON }),
      frameRecord({ id: ID.unknown }, { receivedAt: NOON + 7 }),
      record('quarantine', Uint8Array.of(1, 65)),
      record('command', { id: 'c', state: 'sent' }),
      record('frame', new Uint8Array(12), { terminal: '' }),
    ]);
    expect(heard.touched).toEqual([TERMINAL, TERMINAL]);
    expect(lastOf(heard)).toMatchObject({ seq: 2, lastHeardAt: NOON + 7 });
  });

  it('does not take a record twice', () => {
    const heard = newLatest();
    heard.hear([authenticated(), closed(), authenticated(2)]);
    heard.said.length = 0;
    heard.hear([authenticated(), closed(), authenticated(2)]);
    expect([heard.said, lastOf(heard).online, heard.latest.online]).toEqual([[], true, 1]);
  });
});

describe('online', () => {
  it('ends with the link, and not with one that was superseded', () => {
    const heard = newLatest();
    heard.hear([authenticated(1), authenticated(2), closed('superseded')]);
    expect([lastOf(heard).online, lastOf(heard).peer]).toEqual([true, 'memory:2']);
    heard.hear([closed('timeout', { receivedAt: NOON + MINUTE })], 4);
    expect([lastOf(heard).online, lastOf(heard).since, heard.latest.online]).toEqual([false, NOON + MINUTE, 0]);
  });

  it('ends with the process that held the link: the next one says so when it starts', () => {
    const heard = newLatest();
    heard.hear([
      authenticated(1, { terminal: '1' }),
      authenticated(1, { terminal: '2' }),
      closed('ended', { terminal: '2' }),
      started({ receivedAt: NOON + MINUTE }),
      authenticated(1, { terminal: '1', receivedAt: NOON + 2 * MINUTE }),
    ]);
    const views = ['1', '2'].map((terminal) => heard.latest.get(terminal)!);
    expect(views.map(({ online, since }) => [online, since])).toEqual([
      [true, NOON + 2 * MINUTE],
      [false, NOON],
    ]);
    expect(heard.said).toEqual(['1!', '2!', '2!', '1!', '1!']);
    expect(heard.touched.filter((terminal) => terminal === '1').length).toBe(3);
  });
});

describe('back-fill', () => {
  /** Reports of distinct seconds, some without a fix, each received a while after it was made. */
  const anyReports = fc.uniqueArray(fc.record({ second: fc.integer({ min: 0, max: 3600 }), fix: fc.boolean() }), {
    selector: ({ second }) => second,
    minLength: 1,
    maxLength: 12,
  });

  it('in any order ends in the same last report and the same last fix', () => {
    fc.assert(
      fc.property(
        anyReports.chain((reports) =>
          fc.tuple(fc.constant(reports), fc.shuffledSubarray(reports, { minLength: reports.length })),
        ),
        ([reports, shuffled]) => {
          const play = (order: typeof reports): (number | undefined)[] => {
            const heard = newLatest();
            heard.hear(
              order.map(({ second, fix }, i) =>
                report({ time: NOON + second * SECOND, status: fix ? 3 : 1 }, NOON + 3601 * SECOND + i * SECOND),
              ),
            );
            return [lastOf(heard).last?.report.time, lastOf(heard).fix?.report.time];
          };
          expect(play(shuffled)).toEqual(play(reports));
        },
      ),
    );
  });

  it('never moves a terminal backwards, report by report', () => {
    fc.assert(
      fc.property(anyReports, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (reports, batched) => {
        const heard = newLatest();
        let [last, fix] = [0, 0];
        for (const [i, { second, fix: positioned }] of reports.entries()) {
          const body = locationBody({ time: NOON + second * SECOND, status: positioned ? 3 : 1 });
          const received = { receivedAt: NOON + 3601 * SECOND + i * SECOND };
          heard.hear(
            [
              batched[i] === true
                ? frameRecord({ id: ID.batch, body: batchBody([body]) }, received)
                : frameRecord({ id: ID.location, body }, received),
            ],
            i + 1,
          );
          const live = lastOf(heard);
          expect(live.last!.order).toBeGreaterThanOrEqual(last);
          expect(live.fix?.order ?? 0).toBeGreaterThanOrEqual(fix);
          [last, fix] = [live.last!.order, live.fix?.order ?? 0];
        }
      }),
    );
  });
});

it('an answer to a query is a position as any other', () => {
  const heard = newLatest();
  const body = bodyOf('locationQueryResponse', 2013, { replySerial: 1, location: location({ time: NOON }) });
  heard.hear([frameRecord({ id: ID.locationResponse, body })]);
  expect(lastOf(heard).last?.order).toBe(NOON);
});
