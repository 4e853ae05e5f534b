/** Voids the authentication codes of a terminal: it registers again, as the standard has it do, and is given a new one. */
import type { Clock } from '../../protocol/index.ts';
import { encodeFact } from '../intake/facts.ts';
import type { Slots } from '../intake/slots.ts';
import type { Journal, RefusalCode } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RegistrationFact } from './registration.ts';
import type { Registry } from './registry.ts';

/**
 * Resolves when it is on disk, with why not where it is not; then the link that spoke for the terminal is ended too,
 * as somebody else may hold the code.
 */
export function revokeCode(
  parts: { readonly registry: Registry; readonly journal: Journal; readonly clock: Clock; readonly slots: Slots },
  terminal: string,
): Promise<RefusalCode | 'unknown' | undefined> {
  const { registry, journal, clock, slots } = parts;
  if (registry.registration(terminal) === undefined) return Promise.resolve('unknown');
  const b = encodeFact({ fact: 'revoked', terminal } satisfies RegistrationFact);
  return new Promise((resolve) => {
    const waiter = {
      committed: () => {
        slots.get(terminal)?.connection?.close('local');
        resolve(undefined);
      },
      refused: (_token: number, reason: RefusalCode) => resolve(reason),
    };
    const about = { kind: RECORD_KIND.registration, receivedAt: clock.now(), link: 0, terminal, ackable: false };
    const refused = journal.append({ ...about, b, start: 0, end: b.length }, waiter, 0);
    if (refused !== undefined) resolve(refused);
  });
}
