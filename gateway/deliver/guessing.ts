/** The event of somebody who guesses authentication codes: said once for each time that it is locked out. */
import type { Envelope, Event } from '../../bridge/index.ts';
import { formatTime } from '../../protocol/index.ts';
import type { GatewayFact } from '../intake/facts.ts';
import type { RecordView } from '../journal/record-view.ts';

type Guessing = Extract<GatewayFact, { fact: 'guessing' }>;

const SEVERITY = 3;

export function codesGuessed(
  view: RecordView,
  { source, wrong, until }: Guessing,
  of: { readonly journalId: string; readonly vehicle: string | null; readonly division: string },
): Envelope {
  const payload: Event = {
    id: `${of.journalId}-${view.seq}`,
    terminal: view.terminal,
    vehicle: of.vehicle,
    time: null,
    receivedAt: formatTime(view.receivedAt),
    seq: view.seq,
    code: 'codeGuessing',
    state: 'raised',
    severity: SEVERITY,
    text: {
      'zh-CN': `来源 ${source} 对该终端连续 ${wrong} 次提交错误鉴权码，已锁定至 ${formatTime(until)}`,
      en: `${source} gave ${wrong} wrong authentication codes and is not heard until ${formatTime(until)}`,
    },
  };
  return { kind: 'event', division: of.division, payload };
}
