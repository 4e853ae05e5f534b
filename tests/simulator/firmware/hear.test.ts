import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Header, newHeader, parseHex, readHeader, unescapeInto } from '../../../protocol/index.ts';
import type { Input } from '../../../simulator/firmware/effects.ts';
import { inputOf } from '../../../simulator/firmware/hear.ts';

interface Said {
  readonly id: number;
  readonly body: Uint8Array;
  readonly part?: { readonly total: number; readonly number: number };
  readonly encryption?: number;
}

/** What the firmware hears when the platform says this to a terminal of 2013, with serial 9. */
function heard(said: Said): Input | undefined {
  const frame = encodeFrame({ revision: 2013, phone: '13800000001', serial: 9, ...said });
  const packet = new Uint8Array(2100);
  const end = unescapeInto(frame, 1, frame.length - 1, packet, 0) - 1;
  const header: Header = newHeader();
  expect(readHeader(packet, 0, end, header)).toBeUndefined();
  return inputOf(packet, header, 2013);
}

const hex = (text: string): Uint8Array => parseHex(text) as Uint8Array;

describe('what the platform says', () => {
  it.each([
    ['an acknowledgement', 0x8001, '0005020000', { kind: 'acknowledged', replySerial: 5, replyId: 0x0200, result: 0 }],
    [
      'one with more octets than it should have',
      0x8001,
      '000502000100',
      { kind: 'acknowledged', replySerial: 5, replyId: 0x0200, result: 1 },
    ],
    ['a code', 0x8100, '000700434f4445', { kind: 'registered', replySerial: 7, result: 0, authCode: 'CODE' }],
    ['a refusal', 0x8100, '000703', { kind: 'registered', replySerial: 7, result: 3, authCode: '' }],
    ['a query', 0x8201, '', { kind: 'request', id: 0x8201, serial: 9, body: {} }],
    ['something unknown', 0x8fff, '00', { kind: 'request', id: 0x8fff, serial: 9 }],
    [
      'parameters',
      0x8103,
      '01000000010400000014',
      { kind: 'request', id: 0x8103, serial: 9, body: { params: { heartbeatInterval: 20 } } },
    ],
    ['parameters cut off', 0x8103, '', { kind: 'request', id: 0x8103, serial: 9, fault: 'malformed' }],
  ] as const)('%s is heard as such', (_what, id, body, input) => {
    expect(heard({ id, body: hex(body) })).toEqual(input);
  });

  it.each([
    [0x8001, '00050200'],
    [0x8100, '0007'],
  ])('an answer that is cut off answers nothing (%i)', (id, body) => {
    expect(heard({ id, body: hex(body) })).toBeUndefined();
  });

  it('encrypted is not supported, and the platform will be told', () => {
    const unsupported = { kind: 'request', id: 0x8300, serial: 9, fault: 'unsupported' };
    expect(heard({ id: 0x8300, body: hex('0041'), encryption: 1 })).toEqual(unsupported);
  });

  it('in parts is heard part by part; the only part of a message is the message', () => {
    const body = hex('0041');
    expect(heard({ id: 0x8300, body, part: { total: 2, number: 1 } })).toEqual({
      kind: 'part',
      id: 0x8300,
      serial: 9,
      total: 2,
      number: 1,
      body,
    });
    expect(heard({ id: 0x8300, body, part: { total: 1, number: 1 } })).toMatchObject({ kind: 'request', id: 0x8300 });
  });

  it('may be any octets: the firmware makes something of them or nothing, and goes on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0x8001, 0x8100, 0x8103, 0x8104, 0x8201, 0x8300),
        fc.uint8Array({ maxLength: 60 }),
        (id, body) => {
          expect(['acknowledged', 'registered', 'request', undefined]).toContain(heard({ id, body })?.kind);
        },
      ),
    );
  });
});
