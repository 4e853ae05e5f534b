/** A registration that is granted: written, and answered with its code when it is on disk. */
import type { Header } from '../../protocol/index.ts';
import type { CommitWaiter, RefusalCode } from '../journal/journal.ts';
import { RESULT } from '../session/effects.ts';
import type { Grant } from '../session/session.ts';
import type { IntakeContext } from './context.ts';
import { encodeFact } from './facts.ts';
import type { Outbox } from './outbox.ts';
import { tokenOf } from './tokens.ts';

/**
 * A code that is on its way to whoever registers on a link. A terminal that sends 0x0100 again because the answer is late is
 * told the same one: it keeps the first that comes, which would be void when many had been made.
 */
export interface Given {
  readonly terminal: string;
  readonly code: string;
}

/** False where the journal did not take it; the terminal is told so. */
export function enrolOn(
  out: Outbox,
  context: IntakeContext,
  { header, grant, code }: { readonly header: Header; readonly grant: Grant; readonly code: string },
  append: (payload: Uint8Array, waiter: CommitWaiter) => RefusalCode | undefined,
): boolean {
  const registration = { ...grant, registeredAt: context.clock.now() };
  const payload = encodeFact({ fact: 'registered', registration, code: context.hashOf(code) });
  const { serial } = header;
  const token = tokenOf(header, RESULT.failure, true);
  // Somebody else may speak on the link by the time: a code is for nobody but the one that asked.
  const address = out.address!;
  const waiter: CommitWaiter = {
    committed: () => {
      context.counters.registrations++;
      out.respond(address, grant.revision, { replySerial: serial, result: 'success', authCode: code });
    },
    // 0x8100 has no result for "not now": the general answer says that it failed, and the terminal tries again.
    refused: () => out.queue(token),
  };
  if (append(payload, waiter) === undefined) return true;
  out.queue(token);
  return false;
}
