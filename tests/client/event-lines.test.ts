import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventLines } from '../../client/event-lines.ts';

const read = (...pieces: string[]) => {
  const lines = new EventLines('');
  return { events: pieces.flatMap((piece) => lines.feed(piece)), lines };
};

describe('server-sent events', () => {
  test('are told once they are whole, each with the id up to it', () => {
    const { events, lines } = read(
      'retry: 3000\nid: j.1\n\n:\n\nevent: a\nid: j.2\ndata: 1\n',
      '\nevent: b\ndata: 2\n\nevent: c',
    );
    expect(events).toEqual([
      { event: 'a', data: '1', id: 'j.2' },
      { event: 'b', data: '2', id: 'j.2' },
    ]);
    expect([lines.id, lines.retryMs]).toEqual(['j.2', 3000]);
  });

  test('may have data of several lines, no space behind the colon, and any end of line', () => {
    expect(read('data:1\r\ndata: 2\r\n\r\n', 'data\r\rdata:  x\n\n').events.map(({ data }) => data)).toEqual([
      '1\n2',
      '',
      ' x',
    ]);
  });

  test('without an end are given up', () => {
    expect(() => read(`data: ${'x'.repeat(5 << 20)}`)).toThrow(RangeError);
  });

  test('are the same however the text is cut', () => {
    const text =
      'id: 1\nevent: position\ndata: {"a":"云A"}\n\n:\n\nevent: state\r\nid: 2\r\ndata: {}\r\n\r\nretry: 5\n\n';
    const whole = read(text).events;
    expect(whole).toHaveLength(2);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
        expect(read(...pieces).events).toEqual(whole);
      }),
    );
  });
});
