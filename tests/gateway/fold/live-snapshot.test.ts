import { describe, expect, it } from 'vitest';
import { Latest, type Live } from '../../../gateway/fold/latest.ts';
import { liveFromJson, liveToJson } from '../../../gateway/fold/live-snapshot.ts';
import { PositionReader } from '../../../gateway/fold/positions.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import { ID, locationBody, NOON } from '../../support/terminal-frames.ts';
import { authenticated, CAR_2019, frameRecord, show, TERMINAL } from '../support/records.ts';

function liveAfter(...records: readonly RecordInput[]): Live {
  const latest = new Latest(new PositionReader(() => 2013), () => {});
  show(records, (view) => latest.apply(view));
  return latest.get(TERMINAL)!;
}

const there = (body: Uint8Array, flagged = false): RecordInput =>
  frameRecord({ id: ID.location, body, ...(flagged ? { speaker: CAR_2019 } : {}) }, { receivedAt: NOON + 250 });

describe('the snapshot of a terminal', () => {
  it.each([
    ['that only logged in', [authenticated()]],
    ['with a fix', [authenticated(), there(locationBody({ time: NOON }))]],
    ['without one', [there(locationBody({ time: NOON, status: 0 }))]],
    [
      'with a fix that is older than its last report',
      [there(locationBody({ time: NOON })), there(locationBody({ time: NOON + 1000, status: 0 }))],
    ],
    ['without a time', [there(locationBody({ time: Number.NaN }))]],
    ['south and west', [there(locationBody({ latitude: -33.5, longitude: -70.25, status: 0b1111 }))]],
    [
      'of 2019, with items of all sorts',
      [
        there(
          locationBody({
            items: { fuel: 3, unknown: [{ id: 0xe4, bytes: Uint8Array.of(0, 100) }], trailing: Uint8Array.of(1) },
          }),
          true,
        ),
      ],
    ],
    ['with a negative coordinate in two’s complement', [there(Uint8Array.from(locationBody()).fill(0xff, 8, 12))]],
  ] as const)('%s gives it back', (_what, records) => {
    const live = liveAfter(...records);
    const again = liveFromJson(liveToJson(live));
    expect(again).toEqual(live);
    expect([again.last?.report, again.fix?.report]).toEqual([live.last?.report, live.fix?.report]);
    if (live.fix === live.last) expect(again.fix).toBe(again.last);
  });

  it('of the first form, which had ids instead of serials and no times, still has its position with its time', () => {
    const live = liveAfter(there(locationBody({ time: NOON })));
    const row = JSON.parse(liveToJson(live)) as { last: Record<string, unknown> };
    const { serial: _serial, time: _time, wide: _wide, ...first } = row.last;
    const again = liveFromJson(JSON.stringify({ ...row, last: { ...first, id: 'x', status: 3 } }));
    expect(again.last?.report).toEqual(live.last?.report);
    expect([again.last?.time, again.last?.isWide]).toEqual([NOON, false]);
  });
});
