/** The part of the tests' support that child processes use too: it knows nothing of the test runner. */
import { RECORD_KIND, type RecordInput } from '../../../gateway/journal/record.ts';
import type { Clock } from '../../../protocol/index.ts';

/** The machine's own clock, for tests on a real disk. */
export const wallClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wake(at, call) {
    const timer = setTimeout(call, Math.max(0, at - performance.now()));
    return () => clearTimeout(timer);
  },
};

/** A frame of `terminal` whose payload is `text`. */
export function frame(terminal: string, text: string, ackable = true): RecordInput {
  const b = new TextEncoder().encode(text);
  return {
    kind: RECORD_KIND.frame,
    receivedAt: 1_767_225_600_000,
    link: 7,
    terminal,
    ackable,
    b,
    start: 0,
    end: b.length,
  };
}
