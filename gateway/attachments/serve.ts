/** The attachment server as the configuration wants it. */
import { join } from 'node:path';
import type { Clock } from '../../protocol/index.ts';
import { formatAddress } from '../config/address.ts';
import { listenTcp } from '../intake/tcp.ts';
import type { Config } from '../config/schema.ts';
import type { ExemptionGate } from '../intake/exempt-packets.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import { encodeMedia } from '../media/media-record.ts';
import type { MediaCounters } from '../media/media-store.ts';
import type { Logger } from '../observe/log.ts';
import { DurableWriter } from '../parts/durable-writer.ts';
import type { Registry } from '../registry/registry.ts';
import type { Link } from '../../protocol/index.ts';
import { openAttachmentServer } from './attachment-server.ts';
import { safeName } from './safe-name.ts';

/** What the server takes from the rest of the gateway. */
interface Surroundings {
  readonly clock: Clock;
  /** Terminals that have registered may send; the link itself proves nothing. */
  readonly registry: Registry;
  /** What is of the period of an exemption stays out, whenever it comes. `keptOut` counts it. */
  readonly exemptions: Pick<ExemptionGate, 'any' | 'now' | 'wasAt' | 'refused'>;
  readonly keptOut: () => void;
  /** Where finished files are told of, so that platforms hear of each. */
  readonly journal: Journal;
  readonly counters: MediaCounters;
  readonly log: Logger;
  /** Where the links come from, where another process listens. */
  readonly links?: ((accept: (link: Link) => void) => void) | undefined;
}

/** A server that listens at `address`; undefined where another process does. */
export interface ServedAttachments {
  readonly address: string | undefined;
  close(): Promise<void>;
}

/** Folder of the evidence in the data folder, and what paths to it begin with. */
const FOLDER = 'attachments';

/** Listens where `attachments.listen` says, or takes the links from whoever does; undefined where nothing is said. */
export async function serveAttachments(
  { attachments, data }: Config,
  { clock, registry, exemptions, keptOut, journal, counters, log, links }: Surroundings,
): Promise<ServedAttachments | undefined> {
  if (attachments === undefined) return undefined;
  const { listen, retain, idleTimeout, ...bounds } = attachments;
  const writer = new DurableWriter(clock, journal);
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined);
  const server = await openAttachmentServer(
    { ...bounds, retainMs: retain, idleTimeoutMs: idleTimeout, folder: join(data, FOLDER) },
    {
      clock,
      admit(terminal, alarmAt, messageId) {
        if (registry.registration(terminal) === undefined) return 'refuse';
        if (!exemptions.any) return 'keep';
        const present = exemptions.now(terminal);
        const exemption = present ?? exemptions.wasAt(terminal, alarmAt);
        if (exemption === undefined) return 'keep';
        exemptions.refused(terminal, exemption, messageId);
        keptOut();
        return present === undefined ? 'passOver' : 'refuse';
      },
      async stored({ notes, name }, { file, size, sha256 }, packet) {
        const { terminal, alarmNumber, identification } = notes;
        const path = `${FOLDER}/${safeName(terminal)}/${name}/${file}`;
        const b = encodeMedia({ path, size, sha256, alarm: { alarmNumber, identification } }, packet);
        const about = { kind: RECORD_KIND.media, receivedAt: clock.now(), link: 0, terminal, ackable: false };
        const { promise, resolve } = Promise.withResolvers<void>();
        writer.write({ ...about, b, start: 0, end: b.length }, resolve);
        // What a journal that refuses has not taken at a stop, the terminal sends again.
        await Promise.race([promise, stopped.promise]);
        counters.evidence++;
        counters.evidenceBytes += size;
        log.info({ terminal, alarmNumber, file, size, sha256 }, 'evidence of an alarm is stored');
      },
      failed: (error, where) => log.error({ error, where }, 'evidence cannot be stored'),
    },
  );
  const accept = (link: Link): void => server.accept(link);
  links?.(accept);
  const listener = links === undefined ? await listenTcp(listen, accept) : undefined;
  return {
    address: listener && formatAddress({ ...listen, port: listener.port }),
    async close() {
      writer.close();
      stopped.reject(new Error('the gateway stops'));
      const closed = listener?.close();
      await server.close();
      await closed;
    },
  };
}
