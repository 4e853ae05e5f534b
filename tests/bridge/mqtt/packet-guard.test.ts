import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { PacketGuard } from '../../../bridge/mqtt/packet-guard.ts';

const LIMIT = 1000;
const publish = fc.uint8Array({ maxLength: LIMIT - 100 }).map(
  (payload): Packet => ({
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.from(payload),
    qos: 0,
    dup: false,
    retain: false,
  }),
);
const packets = fc
  .array(fc.oneof(publish, fc.constant<Packet>({ cmd: 'pingreq' })), { maxLength: 8 })
  .map((all) => Buffer.concat(all.map((one) => generate(one))));

/** Cuts octets at the places given. */
function cut(octets: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (octets.length + 1)), octets.length].toSorted((a, b) => a - b);
  return ends.map((end, i) => octets.subarray(ends[i - 1] ?? 0, end));
}

it('lets packets within the bound pass, however they are cut', () => {
  fc.assert(
    fc.property(packets, fc.array(fc.nat()), (octets, places) => {
      const guard = new PacketGuard(LIMIT);
      expect(cut(octets, places).every((chunk) => guard.accept(chunk))).toBe(true);
    }),
  );
});

it('refuses a packet over the bound by its header alone, wherever it stands and however it is cut', () => {
  fc.assert(
    fc.property(
      packets,
      fc.array(fc.nat()),
      fc.integer({ min: LIMIT + 1, max: 0xfff_ffff }),
      (before, places, length) => {
        const guard = new PacketGuard(LIMIT);
        const header = [0x30];
        for (let rest = length; rest > 0 || header.length === 1; rest = Math.floor(rest / 128))
          header.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
        const chunks = cut(Buffer.concat([before, Buffer.from(header)]), places);
        expect(chunks.every((chunk) => guard.accept(chunk))).toBe(false);
      },
    ),
  );
});

it.each([LIMIT, LIMIT + 1])('takes the bound as the last that passes: %i', (length) => {
  const header = Uint8Array.from([0x30, (length % 128) | 0x80, Math.floor(length / 128)]);
  expect(new PacketGuard(LIMIT).accept(header)).toBe(length === LIMIT);
});

it('refuses a length that does not end', () => {
  expect(new PacketGuard(LIMIT).accept(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80]))).toBe(false);
});
