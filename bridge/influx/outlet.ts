/**
 * InfluxDB and what speaks like it: InfluxDB 2 and 3 and VictoriaMetrics by `/api/v2/write`, InfluxDB 1 by `/write`.
 * The client library is used for its transport only: its own buffer and retries lose data in a long outage, and the
 * journal does both better.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { InfluxDB, setLogger, type SendOptions, type Transport } from '@influxdata/influxdb-client';
import type { Clock } from '../../protocol/index.ts';
import type { Envelope } from '../contract/envelope.ts';
import type { BridgeCode } from '../errors.ts';
import { DeliveryError, type Outlet } from '../outlet.ts';
import { deliveryFault, partialFault } from './answers.ts';
import { Lines } from './points.ts';

/** Where and how to write. Credentials belong into `token`, `username` and `password`, not into the URL. */
export interface InfluxOptions {
  /** `http://127.0.0.1:8086`, with a path where a proxy needs one. */
  readonly url: string;
  readonly api:
    | { readonly version: 'v2'; readonly org: string; readonly bucket: string; readonly token?: string | undefined }
    | {
        readonly version: 'v1';
        readonly database: string;
        readonly username?: string | undefined;
        readonly password?: string | undefined;
      };
  /** A batch that is not answered in this time is sent again. */
  readonly timeoutMs?: number;
  /** Compresses bodies over 1 KB. By default unless the store is on loopback, where it costs time and saves nothing. */
  readonly gzip?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Nobody who looks at a chart sees it; ten requests a second cost a store a tenth of what a hundred do. */
const GATHER_MS = 100;
const GZIP_FROM_OCTETS = 1000;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function pathOf(api: InfluxOptions['api']): string {
  const query = new URLSearchParams({ precision: 'ms' });
  if (api.version === 'v1') {
    query.set('db', api.database);
    return `/write?${query.toString()}`;
  }
  query.set('org', api.org);
  query.set('bucket', api.bucket);
  return `/api/v2/write?${query.toString()}`;
}

function headersOf(api: InfluxOptions['api']): Record<string, string> {
  if (api.version === 'v2' || api.username === undefined) return {};
  const credentials = Buffer.from(`${api.username}:${api.password ?? ''}`, 'utf8').toString('base64');
  return { Authorization: `Basic ${credentials}` };
}

/** One POST. Settles with the answer, whatever it is; never by a timer of the transport's. */
function send(transport: Transport, path: string, octets: Uint8Array, options: SendOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    // The transport copies its body by Buffer.from, which takes octets as readily as the text that its type asks for;
    // making text of them first would cost as much as a third of writing them.
    transport.send(path, octets as unknown as string, options, {
      responseStarted: (_headers, code) => {
        status = code;
      },
      complete: () => (status === 201 ? reject(partialFault()) : resolve()),
      error: reject,
    });
  });
}

/** An outlet for positions and events. Nothing is kept between deliveries but an idle connection. */
export function createInfluxOutlet(options: InfluxOptions, clock: Clock): Outlet {
  const url = new URL(options.url);
  const { api, timeoutMs = DEFAULT_TIMEOUT_MS, gzip = !LOOPBACK.test(url.hostname) } = options;
  const agentOptions = { keepAlive: true, maxSockets: 1 };
  const agent = url.protocol === 'https:' ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  // Its default logger prints rejected bodies, which hold positions.
  setLogger({ error: () => undefined, warn: () => undefined });
  const { transport } = new InfluxDB({
    url: options.url,
    headers: headersOf(api),
    timeout: 0,
    transportOptions: { agent },
    ...(api.version === 'v2' && api.token !== undefined ? { token: api.token } : {}),
  });
  const path = pathOf(api);
  const lines = new Lines();

  async function deliver(batch: readonly Envelope[], signal: AbortSignal): Promise<void> {
    lines.clear();
    for (const envelope of batch) lines.add(envelope);
    if (lines.octets.length === 0) return;
    const abort = new AbortController();
    const give = (code: BridgeCode, detail: string) => (): void =>
      abort.abort(new DeliveryError(code, detail, { retry: true }));
    const stop = give('DELIVERY_ABORTED', 'called off');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const cancel = clock.wake(
      clock.monotonic() + timeoutMs,
      give('INFLUX_TIMEOUT', `no answer within ${timeoutMs} ms`),
    );
    try {
      await send(transport, path, lines.octets, {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        signal: abort.signal,
        ...(gzip ? { gzipThreshold: GZIP_FROM_OCTETS } : {}),
      });
    } catch (error) {
      throw abort.signal.aborted ? (abort.signal.reason as DeliveryError) : deliveryFault(error);
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    name: 'influx',
    gatherMs: GATHER_MS,
    wants: (envelope) => envelope.kind === 'position' || envelope.kind === 'event',
    deliver,
    start: async () => undefined,
    stop: async () => agent.destroy(),
  };
}
