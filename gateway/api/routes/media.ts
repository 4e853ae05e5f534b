/**
 * Pictures, sound and video of terminals, and the evidence of alarms: lists, and the files themselves, whole or a range of
 * their octets (RFC 9110 14). Each look at one is told to the trail.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { LibraryFile, OpenedFile } from '../../media/library.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { findTerminal, TERMINAL } from './terminals.ts';

export const LIST = Type.Object(
  {
    terminal: TERMINAL.properties.terminal,
    date: Type.Optional(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    cursor: Type.Optional(Type.String({ maxLength: 512 })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const FILE = Type.Object({
  terminal: TERMINAL.properties.terminal,
  folder: Type.String({ maxLength: 256 }),
  file: Type.String({ maxLength: 256 }),
});

type Kind = 'media' | 'attachments';

export function mediaRoutes(app: FastifyInstance, context: ApiContext): void {
  const { library, guard } = context;
  const onRequest = guard.requires('media');

  for (const kind of ['media', 'attachments'] as const) {
    app.get<{ Querystring: Static<typeof LIST> }>(
      `/api/v1/${kind}`,
      { onRequest, schema: { querystring: LIST } },
      async (request) => {
        const { limit, cursor, date } = request.query;
        const { terminal } = findTerminal(context, accountOf(request), request.query.terminal);
        // One more than asked for is read: whether it is there says whether there is a next page.
        const of = { limit: limit + 1, ...(cursor === undefined ? {} : { after: cursor }) };
        const found: readonly LibraryFile[] =
          kind === 'attachments'
            ? await library.evidence(terminal, of)
            : await library.media(terminal, { ...of, ...(date === undefined ? {} : { date }) });
        const items = found.slice(0, limit);
        return { items, next: found.length > limit ? items.at(-1)!.path : null };
      },
    );

    app.get<{ Params: Static<typeof FILE> }>(
      `/api/v1/${kind}/:terminal/:folder/:file`,
      { onRequest, schema: { params: FILE } },
      (request, reply) => hand(kind, request, reply),
    );
  }

  async function hand(
    kind: Kind,
    request: FastifyRequest<{ Params: Static<typeof FILE> }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const account = accountOf(request);
    const { terminal } = findTerminal(context, account, request.params.terminal);
    const { folder, file } = request.params;
    const found = await library.open(kind, [terminal, folder, file]);
    if (found === undefined) throw new Problem(404, 'unknown-file', 'No such file is known.');
    const path = `${kind}/${terminal}/${folder}/${file}`;
    await context.looked?.({ who: account.name, what: 'media.read', subject: path });
    void reply
      .header('etag', found.etag)
      .header('accept-ranges', 'bytes')
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file)}`)
      .type(found.contentType);
    if (request.headers['if-none-match'] === found.etag) return reply.code(304).send();
    return sendRange(request, reply, found);
  }
}

function sendRange(request: FastifyRequest, reply: FastifyReply, found: OpenedFile): FastifyReply {
  const { size, etag } = found;
  const { range, 'if-range': onlyIf } = request.headers;
  const asked = range === undefined || (onlyIf !== undefined && onlyIf !== etag) ? undefined : rangeIn(range, size);
  if (asked === 'outside') {
    void reply.header('content-range', `bytes */${size}`).removeHeader('content-disposition');
    throw new Problem(416, 'range', `The file has ${size} octets.`);
  }
  const [start, end] = asked ?? [0, size - 1];
  void reply.header('content-length', String(end - start + 1));
  if (asked !== undefined) void reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
  return size === 0 ? reply.send('') : reply.send(found.read(start, end));
}

/** One range of octets; undefined where the header is none, or asks for several: then all is sent, as it may be. */
function rangeIn(header: string, size: number): readonly [start: number, end: number] | 'outside' | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? [];
  if (from === undefined || to === undefined || from + to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < start) return undefined;
  return start >= size || (from === '' && to === '0') ? 'outside' : [start, end];
}
