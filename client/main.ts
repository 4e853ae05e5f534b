/** A client in this world: its `fetch`, its timers. */
import { type Client, type ClientOptions, clientOver } from './client.ts';

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/**
 * A client of a gateway's HTTP API, for browsers and programs. It keeps nothing but the address and the token.
 *
 * @param fetcher takes the place of the global `fetch`, for a proxy or a certificate of one's own.
 */
export function createClient(options: ClientOptions, fetcher: typeof fetch = fetch): Client {
  // Called as a plain function: a browser's `fetch` must not be a method of anything.
  return clientOver(options, { fetch: (url, init) => fetcher(url, init), wait });
}
