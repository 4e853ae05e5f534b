/**
 * The simulator's own record of what it was told is stored: a JSON line for every report that a platform
 * acknowledged, to be held against what the platform still has after a crash.
 */
import { formatId, formatTime, terminalOf } from '../../protocol/index.ts';
import type { AcknowledgedReports } from '../firmware/effects.ts';
import type { Identity } from '../firmware/identity.ts';

/** A line for each of the reports of one acknowledged message: who, when by the report, and the message that carried it. */
export function ledgerLines(identity: Identity, { id, serial, reports }: AcknowledgedReports): string {
  const terminal = terminalOf(identity.phone);
  let lines = '';
  for (const { at } of reports) {
    const time = formatTime(Math.floor(at / 1000) * 1000);
    lines += `{"terminal":"${terminal}","serial":${serial},"time":"${time}","id":"${formatId(id, 4)}"}\n`;
  }
  return lines;
}
