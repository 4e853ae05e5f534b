/** What the front itself says, and how it hands on what workers say. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEM_TYPE } from '../../api/problem.ts';
import { type Answer, carried } from './upstream.ts';

/** A request that the front refuses; answered as a problem (RFC 9457). */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/**
 * The body of a request. Rejects with Refused 413 where it is larger than `most` octets, and 503 where all bodies that are being read would
 * be more than `room` has left; what it took of that is given back when it rejects, and else by the caller.
 */
export async function readBody(request: IncomingMessage, most: number, room: { left: number }): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      room.left -= chunk.length;
      if (size > most) throw new Refused(413, 'body-too-large', 'The request body is too large.');
      if (room.left < 0) throw new Refused(503, 'busy', 'Too much is being taken in at once.');
      chunks.push(chunk);
    }
  } catch (error) {
    room.left += size;
    throw error;
  }
  return Buffer.concat(chunks);
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...carried(headers), 'content-length': body.length });
  response.end(body);
}

export function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  send(response, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body,
  });
}

export function sendProblem(response: ServerResponse, { status, code, message }: Refused): void {
  const body = Buffer.from(
    JSON.stringify({ type: `urn:xingji:problem:${code}`, title: 'Error', status, code, detail: message }),
  );
  send(response, { status, headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' }, body });
}
