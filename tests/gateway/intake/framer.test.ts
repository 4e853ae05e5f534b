import { describe, expect, it } from 'vitest';
import { Framer } from '../../../gateway/intake/framer.ts';
import { tokenOf } from '../../../gateway/intake/tokens.ts';
import { RESULT } from '../../../gateway/session/effects.ts';
import { AckWriter, newHeader } from '../../../protocol/index.ts';
import { heard } from '../../support/terminal-frames.ts';

const writer = new AckWriter({ flag: false, version: 0, phone: new Uint8Array([1, 0x39, 0x12, 0x34, 0x56, 0x78]) });
const tokens = [7, 8, 9].map((serial) => tokenOf({ ...newHeader(), id: 0x0200, serial }, RESULT.success, true));
const to = (isBehind: boolean) => ({ nextSerial: () => 1, isBehind });
const serials = (octets: Uint8Array): unknown[] =>
  heard(octets).map(({ body }) => (body as { replySerial: number }).replySerial);

describe('acknowledgements', () => {
  it('are for the tokens that are due, not for what a list that is used again still has behind them', () => {
    const framer = new Framer();
    expect(serials(framer.acknowledgements(writer, { tokens, count: 3 }, to(false)))).toEqual([7, 8, 9]);
    expect(serials(framer.acknowledgements(writer, { tokens, count: 2 }, to(false)))).toEqual([7, 8]);
  });

  it('stay as they are when others are written', () => {
    const framer = new Framer();
    const first = framer.acknowledgements(writer, { tokens, count: 1 }, to(false));
    framer.acknowledgements(writer, { tokens: tokens.slice(1), count: 2 }, to(false));
    expect(serials(first)).toEqual([7]);
  });

  it('that wait for a slow reader keep no more memory than they take', () => {
    const octets = new Framer().acknowledgements(writer, { tokens, count: 3 }, to(true));
    expect([octets.buffer.byteLength, serials(octets)]).toEqual([octets.length, [7, 8, 9]]);
  });
});
