/** Sentences and frames of other people's tests over a pair of pseudo-terminals: what is whole is recognised, and nothing else. */
import { describe, expect, test } from 'vitest';
import { throughSerialLine } from '../support/serial-vectors.ts';
import { vectors } from '../support/vectors.ts';
import { missing } from './support/servers.ts';

describe.skipIf(missing('socat'))('over a serial device', () => {
  test('every sentence that is whole is recognised, and none that is not', { timeout: 60_000 }, async () => {
    const heard = await throughSerialLine(vectors({ protocol: 'nmea' }));
    const whole = heard.filter(({ vector }) => vector.kind === 'sentence');
    expect(whole.length).toBeGreaterThan(90);
    expect(whole.filter(({ as }) => as !== 'nmea').map(({ vector }) => vector.id)).toEqual([]);
    const broken = heard.filter(({ vector }) => vector.kind !== 'sentence');
    expect(broken.filter(({ as }) => as !== undefined).map(({ vector }) => vector.id)).toEqual([]);
  });

  test('every frame of a terminal is recognised', { timeout: 60_000 }, async () => {
    const heard = await throughSerialLine(vectors({ protocol: 'jt808', kind: 'frame', direction: 'up' }));
    expect(heard.length).toBeGreaterThan(80);
    expect(heard.filter(({ as }) => as !== 'jt808').map(({ vector }) => vector.id)).toEqual([]);
  });
});
