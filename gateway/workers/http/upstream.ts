/** Requests to the API of a worker. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request as it came, its body read. */
export interface Question {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const ANSWER_MS = 30_000;
/** Headers of one connection, which the next has of its own. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade', 'te', 'trailer']);

/** Headers without those that belong to a connection. */
export function carried(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.has(name)));
}

/** Asks the worker that listens at `at`, `HOST:PORT`; resolves with the head of the answer. Rejects where the worker is gone. */
export function open(at: string, { method, url, headers, body }: Question): Promise<IncomingMessage> {
  const colon = at.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    const asked = request({
      host: at.slice(0, colon),
      port: Number(at.slice(colon + 1)),
      method,
      path: url,
      headers: { ...carried(headers), ...(body.length > 0 ? { 'content-length': body.length } : {}) },
      // Bodies of this size would be a stream's; those have no end to wait for.
      timeout: ANSWER_MS,
    });
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.end(body);
  });
}

/** The whole answer. */
export async function ask(at: string, question: Question): Promise<Answer> {
  const response = await open(at, question);
  return { status: response.statusCode ?? 502, headers: response.headers, body: await buffer(response) };
}
