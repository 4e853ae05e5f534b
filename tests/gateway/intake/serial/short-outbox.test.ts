import { describe, expect, test } from 'vitest';
import type { Said } from '../../../../gateway/intake/serial/short-message.ts';
import { ShortOutbox } from '../../../../gateway/intake/serial/short-outbox.ts';
import { VirtualClock } from '../../../../protocol/index.ts';

const START = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;

function machine(first: Said = { dialect: '2.1', info: { card: '0000001', serviceInterval: 60, level: 3 } }) {
  const clock = new VirtualClock(START);
  const written: string[] = [];
  const outcomes: string[] = [];
  const outbox = new ShortOutbox(clock, (octets) => void written.push(Buffer.from(octets).toString('latin1').trim()));
  const submit = (id: string, text = id, lasts = HOUR) =>
    outbox.submit({
      id,
      card: '0179773',
      text,
      expiresAt: clock.now() + lasts,
      written: () => void outcomes.push(`${id} written`),
      ended: (how, why) => void outcomes.push(`${id} ${how}: ${why}`),
    });
  outbox.heard(first);
  return { clock, written, outcomes, outbox, submit };
}

const SENT: Said = { feedback: { sent: true, why: 'none', never: false } };
const wait = (waitSeconds: number): Said => ({
  feedback: { sent: false, why: 'intervalNotReached', waitSeconds, never: false },
});

describe('short messages', () => {
  test('go out one an interval of the card, each after the machine has said what became of the one before', () => {
    const { clock, written, outcomes, outbox, submit } = machine();
    submit('a');
    submit('b');
    expect(written).toEqual(['$CCTXA,0179773,1,2,A461*00']);
    outbox.heard(SENT);
    clock.advance(59_000);
    expect(written).toHaveLength(1);
    clock.advance(1000);
    expect(written).toHaveLength(2);
    outbox.heard(SENT);
    expect(outcomes).toEqual([
      'a written',
      'a sent: the machine says that it went out',
      'b written',
      'b sent: the machine says that it went out',
    ]);
    expect(outbox.waiting).toBe(0);
  });

  test('wait as long as the machine says, and are tried again', () => {
    const { clock, written, outcomes, outbox, submit } = machine();
    submit('a');
    outbox.heard(wait(40));
    clock.advance(39_999);
    expect(written).toHaveLength(1);
    clock.advance(1);
    expect(written).toHaveLength(2);
    outbox.heard(SENT);
    expect(outcomes).toEqual(['a written', 'a sent: the machine says that it went out']);
  });

  test('end where the machine has no card, and where it never answers', () => {
    const { clock, outcomes, outbox, submit } = machine();
    submit('a');
    outbox.heard({ feedback: { sent: false, why: 'noCard', never: true } });
    submit('b');
    clock.advance(90_000);
    expect(outcomes).toEqual([
      'a written',
      'a refused: the machine says noCard',
      'b written',
      'b refused: the machine gave no feedback',
    ]);
  });

  test('expire while the line is gone, and go out when it is back in time', () => {
    const { clock, written, outcomes, outbox, submit } = machine();
    outbox.lost();
    submit('a', 'a', 30_000);
    submit('b');
    clock.advance(60_000);
    expect([written, outcomes]).toEqual([[], ['a expired: the card could not send it in time']]);
    outbox.heard({ dialect: 'bds-3' });
    // The machine that came back is another one: it is asked for its card, which says what it may send.
    expect(written).toEqual(['$CCICR,0,00*68']);
    clock.advance(1000);
    outbox.heard({ dialect: 'bds-3', info: { card: '0000002', serviceInterval: 30, level: 5 } });
    expect(written[1]).toMatch(/^\$CCTCQ,0179773,1,1,3,A462/);
  });

  test('go out as from a usual card where the machine does not tell of its own', () => {
    const { clock, written, submit } = machine({ dialect: '2.1' });
    expect(written).toEqual([]);
    submit('a');
    expect(written).toEqual(['$CCICA,0,00*7B']);
    clock.advance(2000);
    expect(written).toEqual(['$CCICA,0,00*7B', '$CCTXA,0179773,1,2,A461*00']);
  });

  test('are refused where they are too long for the card, cannot be written, or are too many', () => {
    const { outbox, submit } = machine();
    expect(submit('fits', '北'.repeat(38))).toBeUndefined();
    expect(submit('long', '北'.repeat(40))).toBe('too-long');
    expect(submit('odd', '🚚')).toBe('not-writable');
    for (let i = outbox.waiting; i < 100; i++) submit(`n${i}`);
    expect(submit('one more')).toBe('full');
    expect(outbox.withdraw('n50')).toBe(true);
    expect(outbox.withdraw('fits')).toBe(false);
    expect(submit('one more')).toBeUndefined();
  });

  test('are in the form that the machine speaks', () => {
    const three = machine({ dialect: 'bds-3', info: { card: '0000001', serviceInterval: 60, level: 5 } });
    expect(three.submit('a', '北斗'.repeat(100))).toBeUndefined();
    expect(three.written[0]).toMatch(/^\$CCTCQ,0179773,1,1,3,A4B1B1B6B7/);
    const four = machine({ dialect: '4.0', info: { card: '0166166', serviceInterval: 60, level: 3 } });
    four.submit('a');
    expect(four.written[0]).toMatch(/^\$TXSQ/);
  });
});
