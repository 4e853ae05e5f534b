/**
 * A run as a screenful of text: figures, the last minutes of its rate, latencies, errors. Lines are cut to the width and
 * the height that there is; what matters less stands further down.
 */
import { cut, padded, widthOf } from './columns.ts';
import type { Moment } from './timeline.ts';
import type { Tally } from './tally.ts';

/** What is shown. */
export interface LiveState {
  readonly target: string;
  readonly terminals: number;
  readonly tally: Tally;
  readonly moments: readonly Moment[];
  /** Since the start, and until the last report is due; undefined: no end is known. */
  readonly seconds: number;
  readonly lasts: number | undefined;
}

/** How it is shown. */
export interface LiveStyle {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  readonly language: 'zh' | 'en';
}

const WORDS = {
  zh: {
    online: '在线',
    made: '产生',
    acknowledged: '已应答',
    open: '未应答',
    stored: '补传',
    again: '重发',
    reconnects: '重连',
    perSecond: '每秒应答',
    latency: '应答时延 ms',
    lateness: '自身滞后 ms',
    errors: '错误',
    none: '无',
    storm: '风暴',
    back: '恢复',
    stop: 'Ctrl-C 停止汇报并等待应答，再按一次立即结束',
  },
  en: {
    online: 'online',
    made: 'made',
    acknowledged: 'acknowledged',
    open: 'open',
    stored: 'after blind areas',
    again: 'retransmitted',
    reconnects: 'reconnects',
    perSecond: 'acknowledged a second',
    latency: 'ack latency ms',
    lateness: 'own lateness ms',
    errors: 'errors',
    none: 'none',
    storm: 'storm',
    back: 'back in',
    stop: 'Ctrl-C ends the reports and waits for answers; once more ends at once',
  },
} as const;

const BLOCKS = ' ▁▂▃▄▅▆▇█';
const BAR = '█';
/** Upper edges of the bars of latencies, ms; above the last there is one more. */
const EDGES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const LABEL = 9;
const MOST_ERRORS = 6;
const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const DIM = 2;
const BOLD = 1;

/** The lines of the screen, each no wider than it, at most as many as it has rows. */
export function liveLines(state: LiveState, style: LiveStyle): string[] {
  const { tally, seconds, terminals, moments } = state;
  const words = WORDS[style.language];
  const paint = (code: number, text: string): string => (style.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const width = Math.max(1, style.columns - 1);
  const open = tally.made - tally.acknowledged;
  const figures: [string, string, (number | undefined)?][] = [
    [words.online, `${count(tally.online)} / ${count(terminals)}`, tally.online < terminals ? YELLOW : GREEN],
    [words.made, count(tally.made)],
    [words.acknowledged, count(tally.acknowledged)],
    [words.open, count(open)],
    [words.stored, count(tally.backfilled)],
    [words.again, count(tally.retransmitted), tally.retransmitted > 0 ? YELLOW : undefined],
    [words.reconnects, count(tally.reconnects)],
  ];
  const label = Math.max(...figures.map(([name]) => widthOf(name))) + 2;
  const rate = moments.at(-1)?.acknowledged ?? 0;
  const lines: { readonly text: string; readonly code?: number | undefined }[] = [
    { text: `xingji simulate  ${state.target}`, code: BOLD },
    { text: progressLine(seconds, state.lasts, width) },
    { text: '' },
    ...figures.map(([name, value, code]) => ({ text: `${padded(name, label)}${value}`, code })),
    { text: '' },
    { text: `${words.perSecond}  ${count(Math.round(rate))}`, code: DIM },
    { text: sparkline(moments, width), code: GREEN },
    { text: quantileLine(words.latency, tally.latency), code: DIM },
    ...latencyBars(tally, width).map((text) => ({ text })),
    { text: quantileLine(words.lateness, tally.lateness), code: DIM },
    ...tally.storms.all.slice(-2).map(({ second, dropped, recovered }) => {
      const back = recovered === null ? '…' : `${words.back} ${recovered.toFixed(1)} s`;
      return { text: `${words.storm}  ${Math.round(second)} s: ${count(dropped)}, ${back}`, code: YELLOW };
    }),
    ...errorLines(tally, words),
  ];
  const shown = lines.slice(0, Math.max(1, style.rows - 1));
  const painted = shown.map(({ text, code }) => {
    const fitted = cut(text, width);
    return code === undefined ? fitted : paint(code, fitted);
  });
  return style.rows > shown.length ? [...painted, paint(DIM, cut(words.stop, width))] : painted;
}

function progressLine(seconds: number, lasts: number | undefined, width: number): string {
  if (lasts === undefined || lasts <= 0) return inMinutes(seconds);
  const text = ` ${inMinutes(Math.min(seconds, lasts))} / ${inMinutes(lasts)}`;
  const room = Math.max(0, Math.min(50, width - text.length - 2));
  const done = Math.round(room * Math.min(1, seconds / lasts));
  return `[${BAR.repeat(done)}${' '.repeat(room - done)}]${text}`;
}

/** Acknowledged reports, a column a second, of the last seconds that fit. */
function sparkline(moments: readonly Moment[], width: number): string {
  const rates = moments.slice(-width).map(({ acknowledged }) => acknowledged);
  const most = Math.max(1, ...rates);
  return rates.map((rate) => BLOCKS[Math.ceil((rate / most) * (BLOCKS.length - 1))]).join('');
}

function latencyBars({ latency }: Tally, width: number): string[] {
  let below = 0;
  const counts = [...EDGES, Number.POSITIVE_INFINITY].map((edge) => {
    const upTo = edge === Number.POSITIVE_INFINITY ? latency.count : latency.countBelow(edge);
    const here = upTo - below;
    below = upTo;
    return here;
  });
  const first = counts.findIndex((one) => one > 0);
  const last = counts.findLastIndex((one) => one > 0);
  if (first === -1) return [];
  const most = Math.max(...counts);
  return counts.slice(first, last + 1).map((one, i) => {
    const edge = EDGES[first + i];
    const label = edge === undefined ? `≥ ${EDGES.at(-1)}` : `< ${edge}`;
    const value = ` ${count(one)}`;
    const room = Math.max(0, Math.min(50, width - LABEL - value.length));
    return `${label.padStart(LABEL - 1)} ${BAR.repeat(Math.ceil((one / most) * room))}${value}`;
  });
}

function quantileLine(name: string, of: Tally['latency']): string {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => tenth(of.quantile(q)));
  return `${name}  p50 ${p50}  p95 ${p95}  p99 ${p99}  max ${tenth(of.max)}`;
}

function errorLines(
  { errors }: Tally,
  words: (typeof WORDS)[keyof typeof WORDS],
): { readonly text: string; readonly code?: number }[] {
  if (errors.size === 0) return [{ text: `${words.errors}  ${words.none}`, code: DIM }];
  const worst = [...errors].sort(([, a], [, b]) => b - a).slice(0, MOST_ERRORS);
  return [
    { text: words.errors, code: RED },
    ...worst.map(([name, times]) => ({ text: `  ${padded(name, 24)}${count(times)}` })),
  ];
}

/** `1:02:03`. */
function inMinutes(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
