/** `GET /api/docs`: the description of the API, for programs as OpenAPI, for a browser as a page; that of the MQTT contract beside it. All are open: they hold no data. */
import type { FastifyInstance } from 'fastify';
import { asyncApi, DEFAULT_PREFIX } from '../../../bridge/index.ts';
import { VERSION } from '../../version.ts';
import type { Description } from '../openapi/describe.ts';

export function docsRoutes(
  app: FastifyInstance,
  describe: () => Description,
  topicPrefix: string = DEFAULT_PREFIX,
): void {
  app.get('/api/openapi.json', async () => describe());

  const mqtt = asyncApi({ version: VERSION, prefix: topicPrefix });
  app.get('/api/asyncapi.json', async () => mqtt);

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
    '<p>OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>. MQTT as AsyncAPI 3: <a href="/api/asyncapi.json">/api/asyncapi.json</a>.</p>',
    `<table>${rows.join('\n')}</table></main></body></html>\n`,
  ].join('\n');
}

function plain(text: unknown): string {
  return String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
