/** `xingji explain-event`: how a verdict came about, in words. */
import type { Command } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { codeName } from '../events/codes.ts';
import { explanationWords } from '../events/explanations.ts';
import type { EventStep, Judgement } from '../events/step.ts';
import type { EventEvidence } from '../events/store/event-query.ts';
import { withFramesOf } from '../events/store/elsewhere.ts';
import { eventReader } from '../events/store/event-file.ts';
import { type FrameView, frameView, storyView } from '../events/views.ts';
import { stepWords } from '../events/wording.ts';
import { evidenceWords } from '../fold/detect/texts.ts';
import { colors } from './colors.ts';
import { findEvent, withEvents } from './event-source.ts';
import { dataOption } from './journal-source.ts';
import { type Language, languageOf, languageOption } from './language.ts';
import { printable } from './message-text.ts';

const WORDS = {
  'zh-CN': {
    timeline: '经过',
    evidence: '证据（奈特，合计为相对最接近的无辜解释的优势）',
    prior: '先验',
    sum: '合计，对',
    colon: '：',
    holds: '更能说明问题的无辜解释',
    rejected: '被排除的无辜解释',
    by: '依据',
    candidates: '可疑解释（按优势）',
    frames: '原始记录',
    none: '无',
    weights: '权重版本',
    happened: '事发于',
    severities: ['记录', '提示', '警告', '严重', '紧急'],
    about: '约',
    over: '超过',
    to: '比',
  },
  en: {
    timeline: 'Timeline',
    evidence: 'Evidence (nats; their sum is the margin over the closest innocent explanation)',
    prior: 'before any evidence',
    sum: 'margin over',
    colon: ': ',
    holds: 'Innocent explanations that say as much or more',
    rejected: 'Innocent explanations, rejected',
    by: 'by',
    candidates: 'Explanations that accuse, by their margin',
    frames: 'Records',
    none: 'none',
    weights: 'weights version',
    happened: 'happened',
    severities: ['log', 'notice', 'warning', 'serious', 'critical'],
    about: 'about ',
    over: 'over ',
    to: ' to ',
  },
} as const;

/** Adds the command `explain-event`. */
export function registerExplainEvent(program: Command): void {
  program
    .command('explain-event')
    .description(
      'an event in words: its timeline, the evidence and what each piece weighs, what was rejected, the frames',
    )
    .argument('<id>', 'id of the event, or of a step of it')
    .addOption(dataOption())
    .addOption(languageOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  xingji explain-event 01KAM4Z3J80123456789ABCDEF --data ./data --lang en')
    .action((given: string, { data, lang, json }: { data: string; lang?: 'zh' | 'en'; json?: true }) =>
      withEvents(data, (stores) => {
        const known = findEvent(stores, given, (db, id) => eventReader(db).evidence(id));
        if (known === undefined) return;
        const event = withFramesOf(known.found, known.others);
        const { isExempt } = stores[0]!;
        const frames = event.frames.filter(({ terminal }) => !isExempt(terminal)).map(frameView);
        if (json === true) console.log(JSON.stringify({ ...storyView(event), frames }));
        else for (const line of explained(event, frames, languageOf(lang))) console.log(line);
      }),
    );
}

/** The lines of an explanation. */
export function* explained(
  { row, steps }: EventEvidence,
  frames: readonly FrameView[],
  language: Language,
): Iterable<string> {
  const words = WORDS[language];
  const { zh, en } = codeName(row.code);
  yield colors.bold(`${row.code} ${language === 'en' ? en : zh}  ${row.id}`);
  yield printable(`${row.terminal}  ${row.vehicle ?? ''}  ${row.division}`);
  yield '';
  yield colors.bold(words.timeline);
  for (const { step } of steps) yield `  ${timelineOf(step, language)}`;
  const judged = steps.findLast(({ step }) => step.judgement !== undefined)?.step.judgement;
  if (judged !== undefined) yield* judgementLines(judged, language);
  yield '';
  yield colors.bold(words.frames);
  if (frames.length === 0) yield `  ${words.none}`;
  for (const frame of frames) yield `  ${frameLine(frame)}`;
}

function timelineOf(step: EventStep, language: Language): string {
  const words = WORDS[language];
  const began =
    step.step === 0 && step.factTime !== step.at ? `  (${words.happened} ${formatTime(step.factTime)})` : '';
  const severity = `${step.severity} ${words.severities[step.severity]}`;
  return `${formatTime(step.at)}  ${severity}  ${printable(stepWords(step)[language])}${began}`;
}

function* judgementLines(judgement: Judgement, language: Language): Iterable<string> {
  const words = WORDS[language];
  const { prior, because, margin, rival, candidates, rejected, weightsVersion } = judgement;
  yield '';
  yield `${colors.bold(words.evidence)}  ${words.weights} ${weightsVersion}`;
  yield `  ${nats(prior)}  ${words.prior}`;
  for (const one of because)
    yield `  ${nats(one.nats)}  ${one.evidence.padEnd(4)} ${printable(evidenceWords(one)[language])}`;
  yield `  ${colors.bold(nats(margin))}  ${words.sum} ${rival}${words.colon}${explanationWords(rival)[language]} (${oddsOf(margin, words)})`;
  yield '';
  yield colors.bold(words.candidates);
  for (const { hypothesis, code, margin: over } of candidates) {
    const { zh, en } = codeName(code);
    yield `  ${nats(over)}  ${hypothesis.padEnd(5)} ${code} ${language === 'en' ? en : zh}`;
  }
  yield '';
  const holding = rejected.filter(({ margin: over }) => over <= 0);
  if (holding.length > 0) {
    yield colors.bold(words.holds);
    for (const one of holding) yield innocentLine(one, language);
    yield '';
  }
  yield colors.bold(words.rejected);
  if (rejected.length === holding.length) yield `  ${words.none}`;
  for (const one of rejected) if (one.margin > 0) yield innocentLine(one, language);
}

function nats(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`.padStart(8);
}

function innocentLine({ hypothesis, margin, by }: Judgement['rejected'][number], language: Language): string {
  const against = margin <= 0 || by.length === 0 ? '' : ` (${WORDS[language].by} ${by.join(', ')})`;
  return `  ${nats(margin)}  ${hypothesis.padEnd(5)} ${explanationWords(hypothesis)[language]}${against}`;
}

/** Beyond a million nobody can vouch for the weights, and nobody is to read more into a sum of them. */
const MOST_ODDS = 1_000_000;

function oddsOf(margin: number, { about, over, to }: { about: string; over: string; to: string }): string {
  const odds = Math.exp(Math.abs(margin));
  const told = odds > MOST_ODDS ? figure(MOST_ODDS) : figure(odds);
  return `${odds > MOST_ODDS ? over : about}${margin < 0 ? `1${to}${told}` : `${told}${to}1`}`;
}

/** Two digits of it: odds are no more exact than the weights. */
function figure(of: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(of)) - 1);
  return (Math.round(of / unit) * unit).toLocaleString('en');
}

/** What a report says, at a glance: alarms, place, speed. Empty for other messages. */
function glance(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  if (!('latitude' in body && 'longitude' in body && 'speed' in body && 'alarm' in body)) return '';
  const { latitude, longitude, speed, alarm } = body;
  const alarms = Array.isArray(alarm) && alarm.length > 0 ? `  ${alarm.join(', ')}` : '';
  return `  ${String(latitude)}, ${String(longitude)}  ${String(speed)} km/h${alarms}`;
}

function frameLine({ seq, receivedAt, kind, message, content }: FrameView): string {
  if (message?.ok === true) return `${seq}  ${receivedAt}  ${message.name ?? message.id}${glance(message.body)}`;
  return `${seq}  ${receivedAt}  ${kind}${content === undefined ? '' : `  ${printable(JSON.stringify(content))}`}`;
}
