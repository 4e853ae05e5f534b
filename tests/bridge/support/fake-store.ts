/** A time series store that answers as a test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';

export interface Write {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
}

export interface FakeStore {
  readonly url: string;
  readonly writes: Write[];
  /** Status, body and headers of the next answers; undefined: no answer at all; 'hangUp': the connection is destroyed. */
  answer:
    | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
    | 'hangUp'
    | undefined;
  /** Resolves when so many writes have come. */
  count(n: number): Promise<void>;
  stop(): Promise<void>;
}

export async function fakeStore(): Promise<FakeStore> {
  const writes: Write[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const { method, url, headers } = request;
      writes.push({ method, url, headers, body: headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw });
      if (store.answer === 'hangUp') request.socket.destroy();
      else if (store.answer !== undefined) {
        response.writeHead(store.answer.status, store.answer.headers);
        response.end(store.answer.body);
      }
      for (const check of waiting) check();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const store: FakeStore = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    writes,
    answer: { status: 204 },
    count: (n) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (writes.length < n) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async stop() {
      server.closeAllConnections();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
  return store;
}
