/** The registry of a data folder with what keeps the journal and the audit trail informed of it. */
import { join } from 'node:path';
import type { Clock } from '../../protocol/index.ts';
import type { AuditSink } from '../audit/audit.ts';
import type { Journal } from '../journal/journal.ts';
import type { Logger } from '../observe/log.ts';
import { openRegistryStore } from '../registry/store/registry-store.ts';
import type { Undo } from '../undo.ts';
import { createFeeds, type Feeds } from './feeds.ts';
import { Relay } from './relay.ts';

/** File of the registry in a data folder. */
export function registryPath(data: string): string {
  return join(data, 'registry.db');
}

/** Opens it and brings the journal up to date with it. Rejects with RegistryError where the file cannot be opened. */
export async function openFeeds(
  data: string,
  parts: {
    readonly journal: Journal;
    /** Missing: another worker tells the trail. */
    readonly audit: AuditSink | undefined;
    /** As `RelayParts` has it. */
    readonly forgotten: () => boolean;
    readonly clock: Clock;
    readonly log: Logger;
    readonly undo: Undo;
  },
): Promise<Feeds> {
  const { journal, audit, forgotten, clock, log, undo } = parts;
  const store = await openRegistryStore(registryPath(data));
  undo.add(() => store.close());
  const fault = (error: unknown): void =>
    log.error({ error }, 'facts of the registry do not come to the journal; it is tried again');
  const relay = new Relay({ store, journal, audit, forgotten, clock, fault });
  undo.add(() => relay.stop());
  await relay.start().catch(fault);
  return createFeeds({ store, relay, clock });
}
