/** The vehicles of a registry as CSV or JSON lines, in the form in which they can be read again. */
import type { RegistryQueries } from '../store/registry-queries.ts';
import { formatCsv } from './csv.ts';
import { ARCHIVE_COLUMNS, type ArchiveFormat } from './read-archives.ts';

const PAGE = 1000;

/** Lines without their ends, in the order of ids. */
export function* archiveLines(
  registry: Pick<RegistryQueries, 'facts'>,
  format: ArchiveFormat,
  prefix = '',
): Generator<string> {
  if (format === 'csv') yield formatCsv(ARCHIVE_COLUMNS);
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = registry.facts('archive', { prefix, after, limit: PAGE });
    for (const { json } of page) {
      if (format === 'json') yield json;
      else {
        const fact = JSON.parse(json) as Readonly<Record<string, string | number | undefined>>;
        yield formatCsv(ARCHIVE_COLUMNS.map((column) => fact[column]));
      }
    }
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  }
}
