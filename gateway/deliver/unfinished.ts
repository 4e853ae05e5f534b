/** The event of a message in parts that was given up: what the terminal had to say is lost, unless it says it again. */
import type { Envelope } from '../../bridge/index.ts';
import { formatId } from '../../protocol/index.ts';
import type { GatewayFact } from '../intake/facts.ts';
import type { RecordView } from '../journal/record-view.ts';
import { raisedOnce, type Whose } from './raised-once.ts';

type Unfinished = Extract<GatewayFact, { fact: 'unfinished' }>;

const SEVERITY = 1;

/** Said once: nothing clears it, as nothing can bring the message back. */
export function messageUnfinished(view: RecordView, { id, total, received }: Unfinished, of: Whose): Envelope {
  return raisedOnce(view, of, {
    code: 'messageUnfinished',
    severity: SEVERITY,
    text: {
      'zh-CN': `终端分包消息 ${formatId(id, 4)} 未收全，共 ${total} 包，收到 ${received} 包，已放弃`,
      en: `Message ${formatId(id, 4)} of ${total} parts was given up with ${received} of them`,
    },
  });
}
