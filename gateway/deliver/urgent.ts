/**
 * What goes before the rest of a backlog: events, alarms as they begin, answers to commands, and what the gateway
 * says of itself. A terminal whose alarm lasts for days is told of once, not with every report.
 */
import { newHeader, readHeader } from '../../protocol/index.ts';
import { LOCATION } from '../fold/positions.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';

/**
 * Bits of the alarm flags (JT/T 808-2019 table 24) of which somebody wants to know at once: emergency (0), GNSS antenna
 * open or short (5, 6), main power low or off (7, 8), stolen (26), illegal ignition and displacement (27, 28),
 * collision and rollover (29, 30), illegal door (31).
 */
const ALARMS = [0, 5, 6, 7, 8, 26, 27, 28, 29, 30, 31].reduce((mask, bit) => (mask | (1 << bit)) >>> 0, 0);

/** Terminals whose alarms are remembered; beyond them all are forgotten, and what goes on counts as beginning. */
const MAX_TERMINALS = 200_000;

/** A test for one walk through a backlog, asked in the order of the journal. Reads no more than a header and four octets. */
export function urgentTest(): (view: RecordView) => boolean {
  const header = newHeader();
  const alarms = new Map<string, number>();
  return (view) => {
    const { kind } = view;
    if (kind === RECORD_KIND.command || kind === RECORD_KIND.gateway || kind === RECORD_KIND.event) return true;
    if (view.kind !== RECORD_KIND.frame) return false;
    const { b, payloadStart, payloadEnd, terminal } = view;
    if (readHeader(b, payloadStart, payloadEnd, header) !== undefined) return false;
    const { id, total, encryption, bodyAt: at, bodyEnd } = header;
    if (id !== LOCATION || total > 1 || encryption !== 0 || bodyEnd - at < 4) return false;
    const now = ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) & ALARMS;
    const before = alarms.get(terminal) ?? 0;
    if (now === before) return false;
    if (alarms.size >= MAX_TERMINALS) alarms.clear();
    if (now === 0) alarms.delete(terminal);
    else alarms.set(terminal, now);
    return (now & ~before) !== 0;
  };
}
