/** Vehicles that stay out, for commands that read a data folder: of these they tell nothing, not even what was before. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { registryPath } from '../feed/open-feeds.ts';
import { Registry } from '../registry/registry.ts';
import { openRegistryFile } from '../registry/store/registry-file.ts';
import { partitionFolders } from '../workers/partitions.ts';

/** Whether a terminal is kept out now, or was, or is to be, at one of the times, epoch ms. */
export type IsExempt = (terminal: string, ...at: readonly number[]) => boolean;

const FACTS = 1000;
const NOBODY: IsExempt = () => false;

/** As things stand when it is called. Vehicles are known by what the platform and the terminals themselves called them. */
export function exemptOn(data: string, now: number): IsExempt {
  if (!existsSync(registryPath(data))) return NOBODY;
  const registry = new Registry();
  restoreFacts(data, registry);
  if (registry.exemptions.size === 0) return NOBODY;
  for (const folder of partitionFolders(data)) restoreNames(join(folder, 'state', 'state.db'), registry);
  return (terminal, ...at) => [now, ...at].some((time) => registry.exempt(terminal, time) !== undefined);
}

/** From the file that platforms' facts are taken into first: nothing waits for a journal here. */
function restoreFacts(data: string, registry: Registry): void {
  const file = openRegistryFile(registryPath(data));
  try {
    for (const kind of ['exemption', 'archive'] as const) {
      if (kind === 'archive' && registry.exemptions.size === 0) return;
      const fold = kind === 'exemption' ? registry.exemptions : registry.archive;
      for (let after = ''; ; ) {
        const page = file.facts(kind, { prefix: '', after, limit: FACTS });
        for (const { id, n, json } of page) fold.restore(id, `{"fact":${json},"seq":${n}}`);
        if (page.length < FACTS) break;
        after = page.at(-1)!.id;
      }
    }
  } finally {
    file.close();
  }
}

/** What terminals registered as, from the snapshots of a worker. */
function restoreNames(path: string, registry: Registry): void {
  if (!existsSync(path)) return;
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const rows = db.prepare("select key, value from state where kind = 'registration'").iterate();
    for (const { key, value } of rows) registry.registrations.restore(String(key), String(value));
  } finally {
    db.close();
  }
}
