/** Messages other than positions that say who a terminal is or what was set: 0x0107, 0x0104, 0x0108. */
import { codecFor, type Header, ProtocolError, QuirkSet } from '../../../protocol/index.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { Desk } from './desk.ts';
import { runs, shows } from './identity.ts';
import { readBack } from './reporting.ts';
import type { Terminal } from './terminal.ts';

const ATTRIBUTES = 0x0107;
const PARAMETERS = 0x0104;
const UPGRADED = 0x0108;
const quirks = new QuirkSet();

export function readMessage(desk: Desk, t: Terminal, view: RecordView, header: Header): void {
  if (header.id !== ATTRIBUTES && header.id !== PARAMETERS && header.id !== UPGRADED) return;
  if (header.encryption !== 0 || header.total > 1) return;
  const body = decoded(view, header);
  if (body === undefined) return;
  if (header.id === UPGRADED) {
    if (body['result'] === 'success') t.upgradeAt = desk.docket.now;
    return;
  }
  if (header.id === ATTRIBUTES) {
    shows(desk, t, 'iccid', card(body['iccid']));
    shows(desk, t, 'terminalId', text(body['terminalId']));
    return runs(desk, t, text(body['firmwareVersion']));
  }
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries((body['params'] ?? {}) as Record<string, unknown>)) {
    if (typeof value === 'number' || typeof value === 'string') values.set(name, String(value));
  }
  readBack(desk, t, values);
}

function decoded(view: RecordView, header: Header): Readonly<Record<string, unknown>> | undefined {
  quirks.clear();
  try {
    const codec = codecFor(header.id, header.flagged ? 2019 : 2013);
    return codec?.decode(view.b, header.bodyAt, header.bodyEnd, quirks) as Record<string, unknown> | undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A card's number; zeros are no card. */
function card(value: unknown): string {
  const digits = text(value).replace(/f+$/i, '');
  return /^0*$/.test(digits) ? '' : digits;
}
