import { describe, expect, test } from 'vitest';
import { ClearPackets } from '../../../gateway/intake/clear-packets.ts';
import { type BodyCipher, formatHex } from '../../../protocol/index.ts';
import { frameOf, ID, locationBody, packetOf } from '../../support/terminal-frames.ts';

const CAR = { phone: '013912345678', revision: 2013 } as const;
const turned: BodyCipher = {
  decrypt: (body) => (body.length === 0 ? undefined : body.map((octet) => octet ^ 0xff)),
  encrypt: (body) => body.map((octet) => octet ^ 0xff),
};
const packet = (body: Uint8Array, encryption: number): Uint8Array =>
  packetOf(frameOf(CAR, ID.location, 7, body, { encryption }));

function seen(b: Uint8Array): string {
  const told: string[] = [];
  const sink = new ClearPackets(
    {
      packet: (octets, start, end) => told.push(formatHex(octets, start, end)),
      fault: (reason, octets, start, end) => told.push(`${reason} ${formatHex(octets, start, end)}`),
    },
    { 2: turned },
  );
  sink.packet(b, 0, b.length);
  sink.fault('length', b, 0, 2);
  expect(told.pop()).toBe(`length ${formatHex(b, 0, 2)}`);
  expect(told.length).toBe(1);
  return told[0]!;
}

describe('packets of a link with ciphers', () => {
  const body = locationBody();
  const clear = packet(body, 0);

  test('are put in the clear, as if they had never been encrypted', () => {
    expect(seen(packet(turned.encrypt(body, {} as never), 2))).toBe(formatHex(clear));
  });

  test('go on as they came without a cipher, refused by it, in the clear, or broken', () => {
    for (const b of [packet(body, 1), packet(new Uint8Array(0), 2), clear, clear.subarray(0, 9)])
      expect(seen(b)).toBe(formatHex(b));
  });
});
