import { describe, expect, it } from 'vitest';
import { type Answers, type CallMessage, Calls } from '../../../gateway/workers/calls.ts';

/** Two ends with a wire between them. */
function pair(answers: Answers): { readonly asks: Calls; readonly answers: Calls; readonly sent: CallMessage[] } {
  const sent: CallMessage[] = [];
  const asks: Calls = new Calls((message) => {
    sent.push(message);
    queueMicrotask(() => other.receive(message));
  }, {});
  const other: Calls = new Calls((message) => queueMicrotask(() => asks.receive(message)), answers);
  return { asks, answers: other, sent };
}

describe('calls between processes', () => {
  it('come back to whoever asked, whatever order they are answered in', async () => {
    const gate = Promise.withResolvers<void>();
    const { asks } = pair({
      slow: async (n: number) => {
        await gate.promise;
        return n;
      },
      quick: (n: number) => n + 1,
    });
    const slow = asks.call('slow', 1);
    expect(await asks.call('quick', 1)).toBe(2);
    gate.resolve();
    expect(await slow).toBe(1);
  });

  it('are refused with what the other end said, and where it has no such answer', async () => {
    const { asks } = pair({
      fails: () => {
        throw new Error('the disk is full');
      },
    });
    await expect(asks.call('fails', 0)).rejects.toThrow('the disk is full');
    await expect(asks.call('nothing', 0)).rejects.toThrow('not to be had here');
  });

  it('are refused when the other end goes, those under way and those that come', async () => {
    const { asks } = pair({ never: () => new Promise(() => undefined) });
    const waiting = asks.call('never', 0);
    asks.end();
    await expect(waiting).rejects.toThrow('gone');
    await expect(asks.call('never', 0)).rejects.toThrow('nobody is there');
  });

  it('leave other messages of the channel alone', () => {
    const { asks } = pair({});
    expect(asks.receive({ kind: 'ready' })).toBe(false);
  });
});
