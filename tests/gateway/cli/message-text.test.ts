import { describe, expect, test } from 'vitest';
import { formatDescribed, printable } from '../../../gateway/cli/message-text.ts';
import type { DescribedMessage } from '../../../protocol/index.ts';

const MESSAGE: DescribedMessage = {
  ok: true,
  id: '0x0200',
  name: 'locationReport',
  revision: 2019,
  phone: '00000000013912345678',
  terminal: '13912345678',
  serial: 12,
  encryption: 'none',
  part: null,
  body: {
    alarm: ['mainPowerOff', 'overspeed'],
    status: [],
    time: null,
    items: {
      mileage: 6029.6,
      unknown: [{ id: '0x52', hex: '00' }],
      tyres: { front: [1, 2] },
      nested: [{ a: { b: 1 } }],
    },
  },
  quirks: ['length'],
};

describe('a message as text', () => {
  test('is a tree of its fields', () => {
    expect(formatDescribed(MESSAGE).split('\n')).toEqual([
      '0x0200 locationReport  terminal 13912345678  phone 00000000013912345678  serial 12  revision 2019',
      '  alarm   mainPowerOff, overspeed',
      '  status  none',
      '  time    –',
      '  items',
      '    mileage  6029.6',
      '    unknown',
      '      - id 0x52  hex 00',
      '    tyres',
      '      front  1, 2',
      '    nested',
      '      -',
      '        a',
      '          b  1',
      '  tolerated: length',
    ]);
  });

  test('says what is unknown, and which part it is', () => {
    expect(
      formatDescribed({ ...MESSAGE, name: null, part: { total: 3, number: 2 }, body: { hex: '00' }, quirks: [] }),
    ).toBe(
      '0x0200 unknown message  terminal 13912345678  phone 00000000013912345678  serial 12  revision 2019  part 2 of 3\n  hex  00',
    );
  });

  test('cannot move the cursor, ring the bell or turn the direction of text', () => {
    expect(printable('云A\u001b[2J\u0007\u009b\u202e\u2028x\n')).toBe(
      '云A\\u{1b}[2J\\u{7}\\u{9b}\\u{202e}\\u{2028}x\\u{a}',
    );
    const hostile = formatDescribed({ ...MESSAGE, body: { text: '\u001b[31m', '\u001bname': ['\u0007'] } });
    expect(hostile.split('\n').join('')).not.toMatch(/\p{Cc}/u);
  });
});
