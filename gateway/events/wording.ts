/** Events in words, in both languages: one sentence a step, made of its parts, never of free text but a person's own. */
import { formatTime } from '../../protocol/index.ts';
import { codeName } from './codes.ts';
import type { EventState, EventStep } from './step.ts';

export interface Words {
  readonly 'zh-CN': string;
  readonly en: string;
}

const STATES: Readonly<Record<EventState, readonly [zh: string, en: string]>> = {
  raised: ['发生', 'raised'],
  updated: ['更新', 'updated'],
  confirmed: ['确认', 'confirmed'],
  reclassified: ['改判', 'reclassified'],
  cleared: ['解除', 'cleared'],
  authorised: ['已获授权', 'authorised'],
  closed: ['人工关闭', 'closed'],
  reopened: ['重新打开', 'reopened'],
};

/** What a step says, as platforms show it. */
export function stepWords(step: EventStep): Words {
  const name = codeName(step.code);
  const [zhState, enState] = step.ladder?.includes('unacknowledged') === true ? ESCALATED : stateOf(step);
  const zh = [`${name.zh}：${zhState}`];
  const en = [`${capital(name.en)}: ${enState}`];
  if (step.was !== undefined) {
    zh.push(`原判${codeName(step.was).zh}`);
    en.push(`before: ${codeName(step.was).en}`);
  }
  if (step.judgement !== undefined && step.status !== 'cleared') {
    // Rounded, it may be 1: nobody is to read that a verdict is certain.
    const percent = Math.floor(step.confidence * 100);
    zh.push(percent > 99 ? '置信度99%以上' : `置信度${percent}%`);
    en.push(percent > 99 ? 'confidence over 99 %' : `confidence ${percent} %`);
  }
  if (step.alarm?.backfill === true && step.state === 'raised') {
    zh.push('终端离线期间存储');
    en.push('stored by the terminal while it had no link');
  }
  addReason(step, zh, en);
  if (step.endTime !== undefined) {
    const at = toTheSecond(step.endTime);
    zh.push(`结束于${at}`);
    en.push(`ended at ${at}`);
  }
  return { 'zh-CN': zh.join('，'), en: en.join(', ') };
}

const ESCALATED = ['四小时无人确认，升为四级', 'nobody took notice for four hours, now severity 4'] as const;

function stateOf(step: EventStep): readonly [string, string] {
  const { acknowledged, state } = step;
  if (acknowledged !== undefined) return [`${acknowledged.by}已知悉`, `acknowledged by ${acknowledged.by}`];
  return STATES[state];
}

function addReason(
  { code, reason, by, order, supersededBy, acknowledged }: EventStep,
  zh: string[],
  en: string[],
): void {
  if (supersededBy !== undefined) {
    zh.push(`并入事件${supersededBy}`);
    en.push(`goes on as event ${supersededBy}`);
  } else if (by !== undefined) {
    const [zhWhy, enWhy] = acknowledged === undefined ? ['理由', 'reason'] : ['备注', 'note'];
    if (acknowledged === undefined) {
      zh.push(by);
      en.push(`by ${by}`);
    }
    if (reason !== undefined) {
      zh.push(`${zhWhy}：${reason}`);
      en.push(`${enWhy}: ${reason}`);
    }
  } else if (reason !== undefined && reason !== code) {
    const name = codeName(reason);
    zh.push(`实为${name.zh}`);
    en.push(`it was: ${name.en}`);
  }
  if (order !== undefined) {
    zh.push(`工单${order}`);
    en.push(`order ${order}`);
  }
}

/** As people write it, in the time of China that all texts and terminals have. */
function toTheSecond(at: number): string {
  return formatTime(at).slice(0, 19).replace('T', ' ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
