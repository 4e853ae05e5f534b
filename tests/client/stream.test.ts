import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../client/problem.ts';
import type { Input } from '../../client/routes.ts';
import { type StreamEvent, type StreamWishes, streamEvents } from '../../client/stream.ts';

type Asked = Input<'GET /api/v1/stream'>;

/** A gateway that answers each opening with the next of these: text that ends, text that stays open, or a refusal. */
function source(...answers: (string | { readonly open: string } | Error)[]) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  return {
    asked,
    waits,
    async open(input: Asked): Promise<Response> {
      asked.push(input);
      const answer = answers[asked.length - 1] ?? new Error('no more');
      if (answer instanceof Error) throw answer;
      if (typeof answer === 'string') return new Response(answer);
      const octets = new TextEncoder().encode(answer.open);
      return new Response(new ReadableStream({ start: (body) => body.enqueue(octets) }));
    },
    /** Time passes at once, but for silence that another event breaks. */
    wait(ms: number, signal: AbortSignal): Promise<void> {
      waits.push(ms);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve());
        setImmediate(() => setImmediate(resolve));
      });
    },
  };
}

const sent = (n: number): string => `event: event\nid: j.${n}\ndata: {"n":${n}}\n\n`;

async function take(count: number, from: ReturnType<typeof source>, wishes: StreamWishes = {}): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of streamEvents(from, wishes)) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

describe('the live stream', () => {
  test('goes on behind the last event where it broke off, an event that was cut off among it', async () => {
    const from = source(
      sent(1) + sent(2) + 'event: event\nid: j.3\ndata: {"n',
      new TypeError('fetch failed'),
      sent(3) + sent(4),
    );
    const events = await take(4, from);
    expect(events.map(({ id, data }) => [id, (data as unknown as { n: number }).n])).toEqual([
      ['j.1', 1],
      ['j.2', 2],
      ['j.3', 3],
      ['j.4', 4],
    ]);
  });

  test('begins where it is told to', async () => {
    const from = source(sent(8));
    await take(1, from, { after: 'j.7', kinds: ['event', 'state'], division: '53' });
    expect(from.asked[0]).toMatchObject({
      headers: { 'last-event-id': 'j.7' },
      query: { kinds: 'event,state', division: '53' },
    });
  });

  test('that says nothing for too long is opened again', async () => {
    const from = source({ open: sent(1) }, sent(2));
    expect((await take(2, from)).map(({ id }) => id)).toEqual(['j.1', 'j.2']);
    expect(from.asked[1]?.headers).toEqual({ 'last-event-id': 'j.1' });
    expect(from.waits).toContain(45_000);
  });

  test('waits longer from failure to failure, and as long as the gateway says', async () => {
    const down = new TypeError('fetch failed');
    const busy = new ProblemError(429, { code: 'rate' }, 9000);
    const breaks: number[] = [];
    await take(1, source(down, down, down, busy, sent(1)), { broke: (_, againMs) => breaks.push(againMs) });
    expect(breaks).toEqual([1000, 2000, 4000, 9000]);
  });

  test('ends with a refusal that stays one', async () => {
    await expect(take(1, source(new ProblemError(403, { code: 'right' })))).rejects.toMatchObject({
      status: 403,
      code: 'right',
    });
  });

  test('ends with its signal', async () => {
    const stopping = new AbortController();
    const seen: string[] = [];
    for await (const { id } of streamEvents(source({ open: sent(1) }), { signal: stopping.signal })) {
      seen.push(id);
      stopping.abort();
    }
    expect(seen).toEqual(['j.1']);
  });
});
