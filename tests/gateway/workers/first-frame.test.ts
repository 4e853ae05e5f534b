import { describe, expect, it } from 'vitest';
import { FirstFrame, terminalOfDatagram } from '../../../gateway/workers/first-frame.ts';
import { frameOf, ID, type Speaker } from '../../support/terminal-frames.ts';

const CAR: Speaker = { phone: '013912345678', revision: 2013 };
const NEW: Speaker = { phone: '00000000013912345679', revision: 2019, version: 1 };
const auth = (speaker: Speaker): Uint8Array => frameOf(speaker, ID.authentication, 1, Uint8Array.of(1, 0x41));

describe('the first frame of a link', () => {
  it('names the terminal, in either form of the header', () => {
    expect(new FirstFrame().feed(auth(CAR))).toBe('13912345678');
    expect(new FirstFrame().feed(auth(NEW))).toBe('13912345679');
  });

  it('may come octet by octet; what was read is kept, with the beginning of the next frame', () => {
    const first = new FirstFrame();
    const frame = auth(CAR);
    for (const octet of frame.subarray(0, -1)) expect(first.feed(Uint8Array.of(octet))).toBeUndefined();
    expect(first.feed(Uint8Array.of(0x7e, 0x7e, 0x02))).toBe('13912345678');
    expect(first.octets).toEqual(Uint8Array.of(...frame, 0x7e, 0x02));
  });

  it('is looked for behind noise and frames with a wrong check code', () => {
    const wrong = auth({ phone: '013900000000', revision: 2013 });
    wrong[wrong.length - 2]! ^= 1;
    const first = new FirstFrame();
    expect(first.feed(Uint8Array.of(1, 2, 3))).toBeUndefined();
    expect(first.feed(wrong)).toBeUndefined();
    expect(first.feed(auth(CAR))).toBe('13912345678');
    expect(first.octets.length).toBe(3 + wrong.length + auth(CAR).length);
  });

  it('is not waited for for ever', () => {
    const first = new FirstFrame();
    let said: string | null | undefined;
    let chunks = 0;
    for (; said === undefined; chunks++) said = first.feed(new Uint8Array(512).fill(0x30));
    expect([said, chunks]).toEqual([null, 8]);
    expect(first.octets.length).toBe(4096);
  });

  it('of a datagram is all there is', () => {
    expect(terminalOfDatagram(auth(CAR))).toBe('13912345678');
    expect(terminalOfDatagram(auth(CAR).subarray(0, -4))).toBeNull();
  });
});
