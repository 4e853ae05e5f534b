/** The attachment server as the configuration wants it. */
import { join } from 'node:path';
import type { Clock } from '../../protocol/index.ts';
import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../observe/log.ts';
import type { Registry } from '../registry/registry.ts';
import { openAttachmentServer } from './attachment-server.ts';

/** What the server takes from the rest of the gateway. */
interface Surroundings {
  readonly clock: Clock;
  /** Terminals that have registered may send; the link itself proves nothing. */
  readonly registry: Registry;
  readonly log: Logger;
}

/** A server that listens at `address`. */
export interface ServedAttachments {
  readonly address: string;
  close(): Promise<void>;
}

/** Listens where `attachments.listen` says; undefined where nothing is said. */
export async function serveAttachments(
  { attachments, data }: Config,
  { clock, registry, log }: Surroundings,
): Promise<ServedAttachments | undefined> {
  if (attachments === undefined) return undefined;
  const { listen, retain, idleTimeout, ...bounds } = attachments;
  const server = await openAttachmentServer(
    { ...bounds, listen, retainMs: retain, idleTimeoutMs: idleTimeout, folder: join(data, 'attachments') },
    {
      clock,
      mayUpload: (terminal) =>
        registry.registration(terminal) !== undefined && registry.exempt(terminal, clock.now()) === undefined,
      stored: ({ notes: { terminal, alarmNumber } }, { file, size, sha256 }) =>
        log.info({ terminal, alarmNumber, file, size, sha256 }, 'evidence of an alarm is stored'),
      failed: (error, where) => log.error({ error, where }, 'evidence cannot be stored'),
    },
  );
  return { address: formatAddress({ ...listen, port: server.port }), close: () => server.close() };
}
