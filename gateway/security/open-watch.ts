/** The watch of a running gateway: signals become events, rows of the trail, counts and a line in the log. */
import type { Clock } from '../../protocol/index.ts';
import type { AuditSink } from '../audit/audit.ts';
import type { Journal } from '../journal/journal.ts';
import { forEachRecord, RecordView } from '../journal/record-view.ts';
import { note } from '../note.ts';
import type { Logger } from '../observe/log.ts';
import type { Undo } from '../undo.ts';
import { networksOf } from './networks.ts';
import { SecurityWatch } from './watch.ts';

/** Without a journal, as the process has none that leads several workers, signals are no events. */
export function openWatch(parts: {
  readonly audit: AuditSink;
  readonly journal?: Journal;
  /** `jt808.networks`. */
  readonly networks: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly undo: Undo;
}): SecurityWatch {
  const { audit, journal, networks, clock, log, undo } = parts;
  const watch = new SecurityWatch({
    clock,
    networks: networks === undefined ? undefined : networksOf(networks),
    raise(signal, terminal = '') {
      const { code, source, ...after } = signal;
      log.warn(signal, 'a security event');
      audit
        .append([{ who: 'gateway', what: `security.${code}`, subject: source, after, at: clock.now() }])
        .catch((error: unknown) => log.error({ error }, 'the audit trail cannot be written'));
      if (journal !== undefined) note(journal, clock, { fact: 'security', ...signal }, null, terminal);
    },
  });
  if (journal !== undefined) {
    const view = new RecordView();
    undo.add(
      journal.subscribe({ committed: (batch) => forEachRecord(batch, 0, (record) => watch.apply(record), view) }),
    );
  }
  return watch;
}
