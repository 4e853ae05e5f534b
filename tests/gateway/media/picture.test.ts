import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMedia, encodeMedia } from '../../../gateway/media/media-record.ts';
import { placeOf, readPicture, sha256Of } from '../../../gateway/media/picture.ts';
import { frameOf, NOON, packetOf } from '../../support/terminal-frames.ts';
import { CAR } from '../intake/support.ts';
import { MEDIA, pixels, shotBody, TAKEN } from '../parts/support.ts';

const whole = (body: Uint8Array): Uint8Array => packetOf(frameOf(CAR, MEDIA, 1, body));
const SHA = sha256Of(new Uint8Array(0));

function placeFor(terminal: string, over: { taken?: number; format?: 'wav' | 'jpeg' } = {}): string {
  const { body } = readPicture(whole(shotBody({ multimediaId: 7, data: pixels(1, 10), ...over })))!;
  return placeOf({ body, terminal, receivedAt: NOON }, SHA);
}

describe('where a picture belongs', () => {
  it('is said by its terminal, the day it was taken, its id, its hash and its format', () => {
    expect(SHA).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(placeFor('139')).toBe('139/2026-02-27/7-e3b0c44298fc1c14.jpg');
    expect(placeFor('139', { format: 'wav' })).toBe('139/2026-02-27/7-e3b0c44298fc1c14.wav');
  });

  it('is the day of reception where the clock of the terminal was never set, or is ahead', () => {
    for (const taken of [Date.UTC(2001, 0, 1), TAKEN + 10 * 86_400_000])
      expect(placeFor('139', { taken })).toContain('/2026-03-01/');
  });

  it('is inside its folder whatever a terminal calls itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('..', '../..', '/etc', '1/2', '', 'ABC')), (terminal) => {
        const [folder, ...rest] = placeFor(terminal).split('/');
        expect(folder).toMatch(/^([0-9a-f]{1,20}|unknown)$/);
        expect(rest.length).toBe(2);
      }),
    );
  });
});

describe('a 0x0801', () => {
  it('without its position, as 2011 has it, is read as one, also where the terminal is of 2013', () => {
    const read = readPicture(whole(shotBody({ multimediaId: 7, data: pixels(1, 100), revision: 2011 })));
    expect([read?.picture.revision, read?.picture.data.length]).toEqual([2011, 100]);
  });

  it('that is cut short is none', () => {
    expect(readPicture(whole(new Uint8Array(5)))).toBeUndefined();
  });
});

describe('the record of a file', () => {
  it('holds where it is and the message without its data', () => {
    const file = { path: 'media/1/2026-03-01/7-ab.jpg', size: 10, sha256: SHA };
    const payload = encodeMedia(file, Uint8Array.of(8, 1, 9));
    const framed = Uint8Array.of(0xff, ...payload, 0xff);
    const read = decodeMedia(framed, 1, framed.length - 1)!;
    expect(read.file).toEqual(file);
    expect([...framed.subarray(read.at, framed.length - 1)]).toEqual([8, 1, 9]);
  });

  it('that is none is not taken for one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (b) => {
        const read = decodeMedia(b, 0, b.length);
        expect(read === undefined || read.at <= b.length).toBe(true);
      }),
    );
    expect(decodeMedia(Uint8Array.of(0, 9, 1), 0, 3)).toBeUndefined();
  });
});
