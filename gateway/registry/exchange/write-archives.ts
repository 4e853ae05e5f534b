/** The vehicles of a registry as CSV or JSON lines, in the form in which they can be read again. */
import type { FactRow, RegistryQueries } from '../store/registry-queries.ts';
import { formatCsv } from './csv.ts';
import { ARCHIVE_COLUMNS, type ArchiveFormat } from './read-archives.ts';

const PAGE = 1000;

/** What stands before the first of them. */
export function archiveHead(format: ArchiveFormat): string {
  return format === 'csv' ? `${formatCsv(ARCHIVE_COLUMNS)}\n` : '';
}

/** A line for each. */
export function archivesOf(rows: readonly Pick<FactRow, 'id' | 'json'>[], format: ArchiveFormat): string {
  return rows.map(({ json }) => `${format === 'json' ? json : csvOf(json)}\n`).join('');
}

function csvOf(json: string): string {
  const fact = JSON.parse(json) as Readonly<Record<string, string | number | undefined>>;
  return formatCsv(ARCHIVE_COLUMNS.map((column) => fact[column]));
}

/** All of them, in the order of ids, a page at a time. */
export function* archivePages(registry: Pick<RegistryQueries, 'facts'>, format: ArchiveFormat): Generator<string> {
  yield archiveHead(format);
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = registry.facts('archive', { prefix: '', after, limit: PAGE });
    yield archivesOf(page, format);
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  }
}
