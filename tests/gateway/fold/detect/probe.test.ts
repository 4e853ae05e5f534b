import { describe, expect, it } from 'vitest';
import { probePacket } from '../../../../gateway/fold/detect/fold.ts';
import type { Probe } from '../../../../gateway/fold/detect/finding.ts';

const asked = (type: Probe['type'], body: Probe['body'] = {}): Probe => ({
  terminal: '13912345678',
  type,
  body,
  at: 0,
});
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

describe('what a terminal is asked', () => {
  it.each([2011, 2013, 2019] as const)('is a message of its own revision (%s)', (revision) => {
    const track = probePacket(asked('temporaryTrackingControl', { interval: 5, validity: 600 }), revision)!;
    expect([track.id, hex(track.body)]).toEqual([0x8202, '000500000258']);
    expect(probePacket(asked('locationQuery'), revision)?.id).toBe(0x8201);
  });
});
