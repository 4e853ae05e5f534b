/** What came of a walk through the standard, for people: a line a check, and what it comes to. */
import type { Check, Verdict } from './check.ts';
import type { Outcome } from './run.ts';

export type Language = 'zh' | 'en';

const WORDS: Readonly<Record<Language, Readonly<Record<Verdict, string>>>> = {
  en: { pass: 'pass', warn: 'WARN', fail: 'FAIL', skip: 'skip' },
  zh: { pass: '通过', warn: '提醒', fail: '不符', skip: '跳过' },
};

/** How many came out which way. */
export type Counts = Readonly<Record<Verdict, number>>;

export function countsOf(outcomes: readonly Pick<Outcome, 'verdict'>[]): Counts {
  const counts = { pass: 0, warn: 0, fail: 0, skip: 0 };
  for (const { verdict } of outcomes) counts[verdict]++;
  return counts;
}

/** One check in one line, and what was seen in a second where there is anything to tell. */
export function formatOutcome({ check, revision, verdict, detail }: Outcome, language: Language): string {
  const line = `${WORDS[language][verdict]}  ${revision}  ${check.id.padEnd(25)}  ${titleOf(check, language)}  [${check.clause}]`;
  return detail === undefined ? line : `${line}\n            ${detail}`;
}

/** What the run comes to, and what an answer that stayed away would mean in the field. */
export function formatEnd(counts: Counts, language: Language): string {
  const { pass, warn, fail, skip } = counts;
  if (language === 'zh') {
    const verdict = fail === 0 ? '符合：没有不符项' : '不符合';
    const meaning = fail === 0 ? '' : '\n未得到应答的消息，终端会按 JT/T 808 6.1 重发，仍无应答则断开重连（5.3）。';
    return `${verdict}。通过 ${pass}，提醒 ${warn}，不符 ${fail}，跳过 ${skip}。${meaning}`;
  }
  const verdict = fail === 0 ? 'conformant: nothing failed' : 'not conformant';
  const meaning =
    fail === 0
      ? ''
      : '\nA message without an answer is sent again by a terminal, and in the end the link is given up (JT/T 808 6.1, 5.3).';
  return `${verdict}: ${pass} passed, ${warn} warnings, ${fail} failed, ${skip} skipped.${meaning}`;
}

/** For programs: one object a check. */
export function outcomeJson({ check, revision, verdict, detail }: Outcome): object {
  const { id, clause, level, zh, en } = check;
  return { type: 'check', id, revision, verdict, level, clause, zh, en, ...(detail === undefined ? {} : { detail }) };
}

function titleOf({ zh, en }: Check, language: Language): string {
  return language === 'zh' ? zh : en;
}
