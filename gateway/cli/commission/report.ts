/** What is told of a run: a line for each step, to a person or to a program. */
import type { Json } from '../../../protocol/index.ts';
import { FINDINGS, SKIPS } from '../../commission/findings.ts';
import { jsonText } from '../../commission/json-text.ts';
import { measuredText } from '../../commission/measured.ts';
import { recordedStep } from '../../commission/record.ts';
import type { StepOutcome } from '../../commission/run.ts';
import type { Finding } from '../../commission/step.ts';
import { colors } from '../colors.ts';
import type { Language } from '../language.ts';
import { TEXTS } from './texts.ts';

/** Lines for a person. */
export function stepText(outcome: StepOutcome, of: { readonly number: number; readonly language: Language }): string {
  const { language } = of;
  const words = language === 'zh-CN' ? 'zh' : 'en';
  const { state, skipped, findings, measured } = outcome;
  const t = (name: keyof typeof TEXTS): string => TEXTS[name][language];
  const mark = state === 'passed' ? colors.green('✓') : state === 'failed' ? colors.red('✗') : colors.dim('–');
  const values = measuredText(measured, words).map(([name, value]) => `${name} ${value}`);
  const why = skipped === undefined ? '' : ` (${SKIPS[skipped][words]})`;
  const head = `${mark} ${String(of.number).padStart(2)}  ${outcome[words]}  ${t(state)}${why}  ${colors.dim(values.join('  '))}`;
  return [head.trimEnd(), ...findings.map((finding) => `     ${findingText(finding, language)}`)].join('\n');
}

function findingText({ code, found, expected, mended }: Finding, language: Language): string {
  const t = (name: keyof typeof TEXTS): string => TEXTS[name][language];
  const { means, do: remedy } = FINDINGS[code][language === 'zh-CN' ? 'zh' : 'en'];
  const compared = [
    found === undefined ? '' : `${t('found')} ${jsonText(found)}`,
    expected === undefined ? '' : `${t('expected')} ${jsonText(expected)}`,
    mended === true ? t('mended') : '',
  ].filter((each) => each !== '');
  const brackets = compared.length === 0 ? '' : ` (${compared.join(', ')})`;
  return `${colors.red(means)}${brackets}\n     → ${t('todo')}: ${remedy}`;
}

/** The line for a program: as the step stands in the record, its findings in one language. */
export function stepJson(
  outcome: StepOutcome,
  of: { readonly number: number; readonly language: Language },
): Readonly<Record<string, unknown>> {
  const words = of.language === 'zh-CN' ? 'zh' : 'en';
  const { zh, en, skipped, findings, ...step } = recordedStep(outcome);
  return {
    type: 'step',
    number: of.number,
    ...step,
    title: words === 'zh' ? zh : en,
    ...(skipped === undefined ? {} : { skipped: skipped.code, reason: skipped[words] }),
    findings: findings.map(({ zh: chinese, en: english, ...finding }) => ({
      ...finding,
      ...(words === 'zh' ? chinese : english),
    })),
  };
}

/** Parameters about to be written, a line each. */
export function changesText(changes: readonly { name: string; before: Json; after: Json }[]): string {
  return changes.map(({ name, before, after }) => `     ${name}: ${jsonText(before)} → ${jsonText(after)}`).join('\n');
}
