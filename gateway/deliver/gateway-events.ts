/**
 * Events about the gateway itself. They go where a terminal's events go, under division 000000 with the
 * gateway's name in the terminal's place.
 */
import type { Envelope, Event } from '../../bridge/index.ts';
import { JOURNAL_ERRORS } from '../journal/errors.ts';
import { formatTime, NO_DIVISION } from '../../protocol/index.ts';

export interface JournalOutage {
  readonly node: string;
  readonly journalId: string;
  /** Epoch ms of the first refusal. */
  readonly since: number;
  /** What the disk said. */
  readonly why: string;
  /** The last record before it: what is told at once and told again says the same. */
  readonly head: number;
}

const SEVERITY = 4;

function event(outage: JournalOutage, state: Event['state'], at: number, seq: number, text: Event['text']): Envelope {
  const { node, journalId, since } = outage;
  const payload: Event = {
    id: `${journalId}-journal-${since}-${state}`,
    terminal: node,
    vehicle: null,
    time: null,
    receivedAt: formatTime(at),
    seq,
    code: 'journalUnwritable',
    state,
    severity: SEVERITY,
    text,
  };
  return { kind: 'event', division: NO_DIVISION, payload };
}

/** The disk takes no more writes: nothing is acknowledged until it does. */
export function journalRefuses(outage: JournalOutage): Envelope {
  // What the disk said, without our own sentence before it: the texts say that, each in its language.
  const why = outage.why.replace(JOURNAL_ERRORS.JOURNAL_UNWRITABLE, '').trim();
  return event(outage, 'raised', outage.since, outage.head, {
    'zh-CN': `网关磁盘无法写入，已停止应答，数据由终端保留${why === '' ? '' : `（${why}）`}`,
    en: `The gateway's disk takes no writes; nothing is acknowledged and terminals keep their data${why === '' ? '' : ` (${why})`}`,
  });
}

/** The disk takes writes again. */
export function journalRecovered(outage: JournalOutage, at: number, seq: number, refused: number): Envelope {
  return event(outage, 'cleared', at, seq, {
    'zh-CN': `网关磁盘恢复写入，期间未应答报文 ${refused} 条`,
    en: `The gateway's disk takes writes again; ${refused} messages were not acknowledged meanwhile`,
  });
}

/** Retention removed records before an outlet had them. */
export function recordsLost(
  node: string,
  journalId: string,
  at: number,
  seq: number,
  lost: { readonly from: number; readonly to: number; readonly outlet: string; readonly records: number },
): Envelope {
  const { from, to, outlet, records } = lost;
  const payload: Event = {
    id: `${journalId}-${seq}`,
    terminal: node,
    vehicle: null,
    time: null,
    receivedAt: formatTime(at),
    seq,
    code: 'recordsLost',
    state: 'raised',
    severity: SEVERITY,
    text: {
      'zh-CN': `日志保留期已到，出口 ${outlet} 未收到的记录 ${records} 条已删除（${from}–${to}）`,
      en: `Retention removed ${records} records that outlet ${outlet} had not had (${from}–${to})`,
    },
  };
  return { kind: 'event', division: NO_DIVISION, payload };
}
