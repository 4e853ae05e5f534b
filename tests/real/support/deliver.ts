/** What the pump does, as little of it as a test against a real server needs: in order, again after a while, until it is taken. */
import { setTimeout as delay } from 'node:timers/promises';
import { DeliveryError, type Envelope, type Outlet } from '../../../bridge/index.ts';

const RETRY_MS = 50;

/** Delivers in batches; `between` is called before each with its number. Returns how often it had to try again. */
export async function deliverAll(
  outlet: Outlet,
  envelopes: readonly Envelope[],
  between: (batch: number) => void = () => undefined,
): Promise<number> {
  const size = 100;
  let retries = 0;
  for (let at = 0; at < envelopes.length; at += size) {
    between(at / size);
    while (!(await taken(outlet, envelopes.slice(at, at + size)))) {
      retries++;
      await delay(RETRY_MS);
    }
  }
  return retries;
}

async function taken(outlet: Outlet, batch: readonly Envelope[]): Promise<boolean> {
  try {
    await outlet.deliver(batch, new AbortController().signal);
    return true;
  } catch (error) {
    if (error instanceof DeliveryError && error.retry) return false;
    throw error;
  }
}
