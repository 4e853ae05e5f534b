/** The summary of a run: for people as a table, for programs as one JSON object with stable names. */
import { padded } from './columns.ts';
import type { Storm } from './storm.ts';
import type { Tally } from './tally.ts';

/** Latencies in milliseconds. */
export interface Quantiles {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** How a run went, in figures. */
export interface Summary {
  readonly target: string;
  readonly terminals: number;
  readonly seed: string;
  /** Seconds from the first terminal's power-on to the end. */
  readonly seconds: number;
  readonly connected: number;
  readonly made: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly unacknowledged: number;
  readonly unsent: number;
  readonly dropped: number;
  readonly backfilled: number;
  readonly retransmitted: number;
  readonly reconnects: number;
  readonly messages: number;
  readonly octets: { readonly sent: number; readonly received: number };
  readonly reportsPerSecond: number;
  /** From sending a message with reports to its answer. */
  readonly latency: Quantiles;
  /** From the moment a report was due to its making: the simulator's own tardiness, which no latency contains. */
  readonly lateness: Quantiles;
  readonly errors: Readonly<Record<string, number>>;
  /** Times at which all links dropped, and how long it took until as many sessions stood again. */
  readonly storms: readonly Storm[];
  /** Where it was looked for what was acknowledged, and what was found there. */
  readonly arrivals: readonly Arrivals[];
  /** Somebody was let in, and every report that was made the platform acknowledged, and it arrived wherever it was looked for. */
  readonly ok: boolean;
}

/** Acknowledged reports, by terminal and second, that came out at the other end of a platform, and that did not. */
export interface Arrivals {
  /** Where, without credentials. */
  readonly at: string;
  readonly arrived: number;
  readonly missing: number;
}

/** The figures of a tally. */
export function summarise(
  tally: Tally,
  run: {
    readonly target: string;
    readonly terminals: number;
    readonly seed: string;
    readonly seconds: number;
    readonly arrivals?: readonly Arrivals[];
  },
): Summary {
  const arrivals = run.arrivals ?? [];
  return {
    target: run.target,
    terminals: run.terminals,
    seed: run.seed,
    seconds: round(run.seconds),
    connected: tally.mostOnline,
    made: tally.made,
    sent: tally.sent,
    acknowledged: tally.acknowledged,
    unacknowledged: tally.unacknowledged,
    unsent: tally.unsent,
    dropped: tally.dropped,
    backfilled: tally.backfilled,
    retransmitted: tally.retransmitted,
    reconnects: tally.reconnects,
    messages: tally.messages,
    octets: { sent: tally.octetsSent, received: tally.octetsReceived },
    reportsPerSecond: run.seconds > 0 ? Math.round(tally.acknowledged / run.seconds) : 0,
    latency: quantiles(tally.latency),
    lateness: quantiles(tally.lateness),
    errors: Object.fromEntries([...tally.errors].sort(([a], [b]) => (a < b ? -1 : 1))),
    storms: tally.storms.all.map((storm) => ({
      second: round(storm.second),
      dropped: storm.dropped,
      recovered: storm.recovered === null ? null : round(storm.recovered),
    })),
    arrivals,
    ok:
      tally.mostOnline > 0 &&
      tally.unacknowledged === 0 &&
      tally.unsent === 0 &&
      arrivals.every(({ missing }) => missing === 0),
  };
}

/** What figures are called in Chinese, by their English. */
export const CHINESE_NAMES: Readonly<Record<string, string>> = {
  target: '目标平台',
  connected: '在线终端',
  sent: '已发汇报',
  acknowledged: '已应答',
  unacknowledged: '未应答',
  'never sent': '从未发出',
  retransmitted: '重发',
  reconnects: '重连',
  'ack latency ms': '应答时延 ms',
  'own lateness ms': '自身滞后 ms',
  octets: '字节',
  errors: '错误',
  storm: '断线风暴',
  arrived: '已到达',
};

const LABEL_COLUMNS = 16;

/** The summary as aligned lines, ending with a verdict. */
export function formatSummary(summary: Summary, language: 'zh' | 'en' = 'en'): string {
  const lines = rowsOf(summary, language).map(([name, value]) => {
    const label = language === 'zh' ? (CHINESE_NAMES[name] ?? name) : name;
    return `${padded(label, LABEL_COLUMNS)}${value}`;
  });
  return [...lines, '', verdict(summary, language)].join('\n');
}

/** What each figure is called, in English, and it. */
export function rowsOf(summary: Summary, language: 'zh' | 'en' = 'en'): [string, string][] {
  const { arrivals, storms } = summary;
  const say = WORDS[language];
  return [
    ['target', summary.target],
    ['connected', `${count(summary.connected)} / ${count(summary.terminals)}`],
    ['sent', say.sent(count(summary.sent), summary.seconds)],
    ['acknowledged', say.acknowledged(count(summary.acknowledged), count(summary.backfilled))],
    ['unacknowledged', count(summary.unacknowledged)],
    ['never sent', say.neverSent(count(summary.unsent), count(summary.dropped))],
    ['retransmitted', count(summary.retransmitted)],
    ['reconnects', count(summary.reconnects)],
    ['ack latency ms', formatQuantiles(summary.latency)],
    ['own lateness ms', formatQuantiles(summary.lateness)],
    ['octets', say.octets(count(summary.octets.sent), count(summary.octets.received))],
    ['errors', formatErrors(summary.errors, say.none)],
    ...storms.map(({ second, dropped, recovered }): [string, string] => [
      'storm',
      say.storm(count(dropped), second, recovered),
    ]),
    ...arrivals.map(({ at, arrived, missing }): [string, string] => [
      'arrived',
      say.arrived(count(arrived), at, missing === 0 ? undefined : count(missing)),
    ]),
  ];
}

const WORDS = {
  en: {
    none: 'none',
    sent: (sent: string, seconds: number) => `${sent} reports in ${seconds} s`,
    acknowledged: (all: string, stored: string) => `${all} (${stored} after a blind area)`,
    neverSent: (unsent: string, dropped: string) => `${unsent} (${dropped} dropped from full memories)`,
    octets: (sent: string, received: string) => `${sent} sent, ${received} received`,
    storm: (dropped: string, second: number, recovered: number | null) =>
      `${dropped} dropped at ${second} s, ${recovered === null ? 'never all back' : `back in ${recovered} s`}`,
    arrived: (arrived: string, at: string, missing: string | undefined) =>
      `${arrived} at ${at}${missing === undefined ? '' : `, ${missing} missing`}`,
    ok: 'ok: every report was acknowledged',
    failed: 'failed: ',
    nobody: 'no terminal was let in',
    unacknowledged: (times: string) => `${times} sent and never acknowledged`,
    unsent: (times: string) => `${times} never sent`,
    lost: (times: string, at: string) => `${times} acknowledged and never arrived at ${at}`,
    comma: ', ',
  },
  zh: {
    none: '无',
    sent: (sent: string, seconds: number) => `${sent} 条，历时 ${seconds} s`,
    acknowledged: (all: string, stored: string) => `${all}（其中盲区补传 ${stored}）`,
    neverSent: (unsent: string, dropped: string) => `${unsent}（存储已满丢弃 ${dropped}）`,
    octets: (sent: string, received: string) => `发送 ${sent}，接收 ${received}`,
    storm: (dropped: string, second: number, recovered: number | null) =>
      `${second} s 时 ${dropped} 台断线，${recovered === null ? '未全部恢复' : `${recovered} s 后恢复`}`,
    arrived: (arrived: string, at: string, missing: string | undefined) =>
      `${arrived}，于 ${at}${missing === undefined ? '' : `，缺 ${missing}`}`,
    ok: '通过：全部汇报均已应答',
    failed: '未通过：',
    nobody: '没有终端上线',
    unacknowledged: (times: string) => `${times} 条已发未应答`,
    unsent: (times: string) => `${times} 条从未发出`,
    lost: (times: string, at: string) => `${times} 条已应答但未到达 ${at}`,
    comma: '，',
  },
} as const;

function verdict(summary: Summary, language: 'zh' | 'en'): string {
  const say = WORDS[language];
  if (summary.ok) return say.ok;
  const missing: string[] = [];
  if (summary.connected === 0) missing.push(say.nobody);
  if (summary.unacknowledged > 0) missing.push(say.unacknowledged(count(summary.unacknowledged)));
  if (summary.unsent > 0) missing.push(say.unsent(count(summary.unsent)));
  for (const { at, missing: lost } of summary.arrivals) if (lost > 0) missing.push(say.lost(count(lost), at));
  return `${say.failed}${missing.join(say.comma)}`;
}

function formatQuantiles(of: Quantiles): string {
  return `p50 ${of.p50}  p95 ${of.p95}  p99 ${of.p99}  max ${of.max}`;
}

function formatErrors(errors: Readonly<Record<string, number>>, none: string): string {
  const parts = Object.entries(errors).map(([name, times]) => `${name} ${count(times)}`);
  return parts.length === 0 ? none : parts.join(', ');
}

function quantiles(of: Tally['latency']): Quantiles {
  return {
    count: of.count,
    mean: round(of.mean),
    p50: round(of.quantile(0.5)),
    p95: round(of.quantile(0.95)),
    p99: round(of.quantile(0.99)),
    max: round(of.max),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
