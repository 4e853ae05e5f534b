/** Positions of the last hour: stores refuse what is older than they keep, or too far ahead. */
import { position, rawOf } from '../../bridge/support/envelopes.ts';

export const START_MS = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;

/** The `n`th, a second after the one before. */
export function recent(n: number, over: Parameters<typeof position>[1] = {}): ReturnType<typeof position> {
  const timeMs = START_MS + n * 1000;
  const time = new Date(timeMs).toISOString();
  const raw = { alarm: 256, status: 3, timeMs, receivedMs: timeMs + 250 };
  const envelope = position(n, { time, receivedAt: new Date(timeMs + 250).toISOString(), ...over });
  return { ...envelope, raw: rawOf(envelope.payload, raw) };
}
