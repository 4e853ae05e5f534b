import { describe, expect, test } from 'vitest';
import { octetsOf, vectorFiles, vectors } from './vectors.ts';

const permitted = [
  'SmallChi/JT808 ',
  'SmallChi/JT809 ',
  'SmallChi/JT1078 ',
  'cuteLittleDevil/go-jt808 ',
  'mingkid/g-jtt808 ',
  'yezhihao/jt808-server ',
  'traccar/traccar ',
  'kosma/minmea ',
  'rawify/GPS.js ',
  'adrianmo/go-nmea ',
  'Knio/pynmea2 ',
];

/** 7D 02 → 7E and 7D 01 → 7D, written out here so that the vectors are not judged by the code they judge. */
function unescapedPacket(frame: Uint8Array): number[] {
  const packet: number[] = [];
  for (let at = 1; at < frame.length - 1; at += 1) {
    const octet = frame[at] as number;
    if (octet === 0x7d && frame[at + 1] === 0x02) packet.push(0x7e);
    else if (octet === 0x7d && frame[at + 1] === 0x01) packet.push(0x7d);
    else {
      packet.push(octet);
      continue;
    }
    at += 1;
  }
  return packet;
}

describe('the vector files', () => {
  test('hold every vector once, under its own id', () => {
    const ids = vectors().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(700);
    expect(vectorFiles()).toHaveLength(8);
  });

  test('come only from sources under a permissive licence', () => {
    const foreign = vectors().filter(({ source }) => !permitted.some((prefix) => source.startsWith(prefix)));
    expect(foreign).toEqual([]);
  });

  test('carry whole octets or a text, never neither', () => {
    for (const vector of vectors()) {
      if (vector.hex === undefined) expect(vector.text, vector.id).toBeTypeOf('string');
      else expect(vector.hex, vector.id).toMatch(/^(?:[0-9a-f]{2})*$/);
    }
  });

  test('of kind frame are delimited JT/T 808 frames with a right check octet', () => {
    const frames = vectors({ protocol: 'jt808', kind: 'frame' });
    expect(frames.length).toBeGreaterThan(300);
    for (const vector of frames) {
      const frame = octetsOf(vector);
      expect([frame[0], frame.at(-1)], vector.id).toEqual([0x7e, 0x7e]);
      const check = unescapedPacket(frame).reduce((sum, octet) => sum ^ octet, 0);
      expect(check, vector.id).toBe(0);
    }
  });
});

test('a filter that nothing passes is an error', () => {
  expect(() => vectors({ protocol: 'nmea', kind: 'stream' })).toThrow('no vector passes');
});
