/** Counts of the intake as plain numbers: the hot path adds to them, the metrics page reads them. */
import type { CloseKind, FrameFault } from '../../protocol/index.ts';
import type { RefusalCode } from '../journal/journal.ts';
import type { Refusal } from '../session/effects.ts';

export class IntakeCounters {
  octets = 0;
  packets = 0;
  duplicates = 0;
  sent = 0;
  acknowledged = 0;
  registrations = 0;
  authentications = 0;
  /** Sources that were locked for wrong codes. */
  guessing = 0;
  slowReaders = 0;
  quarantineSkipped = 0;
  assembled = 0;
  readonly opened: Record<'tcp' | 'udp' | 'serial', number> = { tcp: 0, udp: 0, serial: 0 };
  /** Links not taken: the cap was reached, or that of their source. */
  turnedAway = 0;
  /** Of these: as too many of the same source had not authenticated. */
  turnedAwayBySource = 0;
  /** Links ended that had not authenticated: in time, or as they sent too much noise. */
  readonly unproved: Record<'deadline' | 'noise', number> = { deadline: 0, noise: 0 };
  /** Datagram peers that had proved nothing and were let go of, as every place was taken and somebody came. */
  peersYielded = 0;
  /** Links ended as a terminal of another worker spoke up on them: it is led to its own when it comes again. */
  strays = 0;
  /** How often a link was not read for a while, and why. */
  readonly held: Record<'turn' | 'budget' | 'lag', number> = { turn: 0, budget: 0, lag: 0 };
  /** Datagrams beyond their peer's budget. */
  datagramsDropped = 0;
  readonly faults: Record<FrameFault, number> = {
    delimiter: 0,
    escape: 0,
    checksum: 0,
    length: 0,
    header: 0,
    version: 0,
    body: 0,
    encrypted: 0,
  };
  readonly refusals: Record<Refusal, number> = {
    'not-authenticated': 0,
    'not-enrolled': 0,
    'wrong-code': 0,
    locked: 0,
    'other-identity': 0,
    'other-phone': 0,
    exempt: 0,
    body: 0,
    encrypted: 0,
    'unknown-message': 0,
    unfinished: 0,
    'no-room': 0,
    'too-long': 0,
  };
  readonly closed: Record<CloseKind | 'superseded' | 'deregistered', number> = {
    ended: 0,
    reset: 0,
    local: 0,
    timeout: 0,
    superseded: 0,
    deregistered: 0,
  };
  readonly unjournalled: Record<RefusalCode, number> = { JOURNAL_UNWRITABLE: 0, JOURNAL_BEHIND: 0, JOURNAL_CLOSED: 0 };
  /** By bit of the quirk set. */
  readonly quirks = new Float64Array(32);

  quirk(bits: number): void {
    for (let rest = bits; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest);
      this.quirks[bit]!++;
    }
  }
}
