import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeBody,
  IGNORE_QUIRKS,
  interpret,
  messageById,
  messageCodec,
  parseHex,
  QuirkSet,
  quirkNames,
} from '../../../protocol/index.ts';

const texts = messageById(0x8300)!;
const octets = (hex: string): Uint8Array => parseHex(hex.replaceAll(' ', ''))!;
const read = (b: Uint8Array, ways: Parameters<typeof messageCodec>[2], id: number, revision: 2013 | 2019 = 2013) => {
  const quirks = new QuirkSet();
  const value = messageCodec(id, revision, ways)!.decode(b, 0, b.length, quirks) as Record<string, unknown>;
  return { value, quirks: quirkNames(quirks.bits) };
};

describe('texts of a terminal in UTF-8', () => {
  const ways = { charset: 'utf-8' } as const;

  test('are read and written in it, compiled and interpreted alike', () => {
    const walked = interpret(texts, 2013, ways);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        fc.pre(!/[\0\ufffd]/.test(text) && text.isWellFormed());
        const written = encodeBody(0x8300, 2013, { flag: 0, text }, ways);
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(written.subarray(1))).toBe(text);
        expect(read(written, ways, 0x8300)).toEqual({ value: { flag: 0, text, trailing: undefined }, quirks: [] });
        expect(walked.decode(written, 0, written.length, IGNORE_QUIRKS)).toMatchObject({ text });
        const again = new Uint8Array(written.length);
        expect(walked.encode({ flag: 0, text }, again, 0)).toBe(written.length);
        expect(again).toEqual(written);
      }),
    );
  });

  test('are counted where they are none, and are nothing to other terminals', () => {
    const gbk = encodeBody(0x8300, 2013, { flag: 0, text: '请速回' });
    expect(read(gbk, ways, 0x8300).quirks).toEqual(['text']);
    expect(read(gbk, {}, 0x8300)).toMatchObject({ value: { text: '请速回' }, quirks: [] });
  });

  test('say how much room they need when there is too little', () => {
    const codec = messageCodec(0x8300, 2013, ways)!;
    expect(codec.encode({ flag: 0, text: '请速回' }, new Uint8Array(3), 0)).toBe(10);
  });

  test('leave letters of fixed fields as they are', () => {
    const body = octets(`0007 3730313131 ${'41'.repeat(20)} ${'42'.repeat(7)} 89860123456789012345 01 48 01 46 03 21`);
    expect(read(body, ways, 0x0107).value).toEqual(read(body, {}, 0x0107).value);
  });
});

describe('a manufacturer id', () => {
  const tail = '89860123456789012345 00 00 03 21';
  const eleven = octets(`0007 ${'37'.repeat(11)} ${'41'.repeat(30)} ${'42'.repeat(30)} ${tail}`);

  test('of eleven octets is looked for first where a terminal is known for it', () => {
    const ways = { manufacturer: 11 } as const;
    expect(read(eleven, ways, 0x0107, 2019)).toMatchObject({
      value: { manufacturerId: '7'.repeat(11), layout: 'manufacturer-11' },
      quirks: ['manufacturer-11'],
    });
    const five = octets(`0007 3730313131 ${'41'.repeat(30)} ${'42'.repeat(30)} ${tail}`);
    expect(read(five, ways, 0x0107, 2019)).toMatchObject({ value: { manufacturerId: '70111' }, quirks: [] });
    expect(encodeBody(0x0107, 2019, read(eleven, ways, 0x0107, 2019).value, ways)).toEqual(eleven);
  });

  test('in a body that fits either way is the one that is known', () => {
    // 0x8108: five octets and a version of six, or eleven and none.
    const both = octets('00 3730313131 06 4142434445 00 00000000');
    expect(read(both, {}, 0x8108)).toMatchObject({ value: { manufacturerId: '70111', version: 'ABCDE' }, quirks: [] });
    expect(read(both, { manufacturer: 11 }, 0x8108)).toMatchObject({
      value: { manufacturerId: '70111\u0006ABCDE', version: '' },
      quirks: ['manufacturer-11'],
    });
  });
});
