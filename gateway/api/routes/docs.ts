/** `GET /api/docs`: the description of the API, for programs as OpenAPI, for a browser as a page. Both are open: they hold no data. */
import type { FastifyInstance } from 'fastify';
import type { Description } from '../openapi/describe.ts';

export function docsRoutes(app: FastifyInstance, describe: () => Description): void {
  app.get('/api/openapi.json', async () => describe());

  app.get('/api/docs', async (request, reply) => {
    const described = describe();
    if (request.headers.accept?.includes('text/html') !== true) return described;
    return reply.type('text/html; charset=utf-8').send(page(described));
  });
}

function page({ info, paths }: Description): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, { summary, description = '' }]) =>
        `<tr><td><code>${method.toUpperCase()} ${plain(path)}</code></td><td>${plain(summary)}</td><td>${plain(description)}</td></tr>`,
    ),
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Xingji API</title>',
    '<link rel="stylesheet" href="/page/page.css"></head><body><main>',
    `<h1>Xingji API ${plain(info['version'])}</h1>`,
    '<p>OpenAPI 3.1: this address, asked for as <code>application/json</code>.</p>',
    `<table>${rows.join('\n')}</table></main></body></html>\n`,
  ].join('\n');
}

function plain(text: unknown): string {
  return String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
