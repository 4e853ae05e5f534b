/** The event of somebody who guesses authentication codes: said once for each time that it is locked out. */
import type { Envelope } from '../../bridge/index.ts';
import { formatTime } from '../../protocol/index.ts';
import type { GatewayFact } from '../intake/facts.ts';
import type { RecordView } from '../journal/record-view.ts';
import { raisedOnce, type Whose } from './raised-once.ts';

type Guessing = Extract<GatewayFact, { fact: 'guessing' }>;

const SEVERITY = 3;

export function codesGuessed(view: RecordView, { source, wrong, until }: Guessing, of: Whose): Envelope {
  return raisedOnce(view, of, {
    code: 'codeGuessing',
    severity: SEVERITY,
    text: {
      'zh-CN': `来源 ${source} 对该终端连续 ${wrong} 次提交错误鉴权码，已锁定至 ${formatTime(until)}`,
      en: `${source} gave ${wrong} wrong authentication codes and is not heard until ${formatTime(until)}`,
    },
  });
}
