/** Vehicles as files: taken whole or refused with every fault by line, and given out in the form in which they are taken. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Feeds } from '../../feed/feeds.ts';
import type { ArchiveFormat } from '../../registry/exchange/read-archives.ts';
import { archivesOf, archiveHead } from '../../registry/exchange/write-archives.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { asked } from './feeds.ts';

/** Some two hundred thousand vehicles. */
const BODY_LIMIT = 64 << 20;
const PAGE = 1000;

const TYPES: Readonly<Record<ArchiveFormat, string>> = { csv: 'text/csv', json: 'application/x-ndjson' };

export const IMPORT = Type.Object(
  { dryRun: Type.Boolean({ default: false }), token: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
export const EXPORT = Type.Object(
  {
    format: Type.Unsafe<ArchiveFormat>({ enum: ['csv', 'json'], default: 'csv' }),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

export function registryFileRoutes(app: FastifyInstance, { feeds, guard }: ApiContext): void {
  const onRequest = guard.requires('feed');

  void app.register(async (files) => {
    files.addContentTypeParser(
      Object.values(TYPES),
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      (_request, body, done) => done(null, body),
    );
    files.post<{ Querystring: Static<typeof IMPORT>; Body: unknown }>(
      '/api/v1/registry/import',
      { onRequest, schema: { querystring: IMPORT }, bodyLimit: BODY_LIMIT },
      async (request) => {
        const { body, query, headers } = request;
        if (!(body instanceof Uint8Array))
          throw new Problem(415, 'media-type', `The body must be ${Object.values(TYPES).join(' or ')}.`);
        const format = headers['content-type']?.startsWith(TYPES.csv) === true ? 'csv' : 'json';
        const imported = await asked(feeds.importArchives(body, { format, dryRun: query.dryRun }, accountOf(request)));
        if (!('faults' in imported)) return imported;
        const faults = imported.faults.map(({ line, fault }) => ({ path: `line ${line}`, detail: fault }));
        const first = faults[0]!;
        throw new Problem(
          400,
          'import',
          `${imported.faulty} lines are at fault; nothing was changed. ${first.path}: ${first.detail}`,
          faults,
        );
      },
    );
  });

  app.get<{ Querystring: Static<typeof EXPORT> }>(
    '/api/v1/registry/export',
    { onRequest, schema: { querystring: EXPORT } },
    async (request, reply) => {
      const { format } = request.query;
      const { prefix } = accountOf(request);
      return reply
        .type(`${TYPES[format]}; charset=utf-8`)
        .header('content-disposition', `attachment; filename="vehicles.${format}"`)
        .send(Readable.from(pages(feeds, format, prefix)));
    },
  );
}

/** A page of lines at a time, as fast as the reader takes them. */
async function* pages({ store }: Feeds, format: ArchiveFormat, prefix: string): AsyncGenerator<string> {
  yield archiveHead(format);
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly { readonly id: string; readonly json: string }[] = await store.ask('facts', 'archive', {
      prefix,
      after,
      limit: PAGE,
    });
    yield archivesOf(page, format);
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  }
}
