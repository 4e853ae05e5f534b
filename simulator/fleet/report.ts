/** The summary of a run: for people as a table, for programs as one JSON object with stable names. */
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
  /** Every report that was made, the platform acknowledged, and it arrived wherever it was looked for. */
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
    ok: tally.unacknowledged === 0 && tally.unsent === 0 && arrivals.every(({ missing }) => missing === 0),
  };
}

/** The summary as aligned lines, ending with a verdict. */
export function formatSummary(summary: Summary): string {
  const lines = rowsOf(summary).map(([name, value]) => `${name.padEnd(16)}${value}`);
  return [...lines, '', summary.ok ? 'ok: every report was acknowledged' : verdict(summary)].join('\n');
}

/** What each figure is called, and it. */
export function rowsOf(summary: Summary): [string, string][] {
  const { arrivals, storms } = summary;
  return [
    ['target', summary.target],
    ['connected', `${count(summary.connected)} of ${count(summary.terminals)}`],
    ['sent', `${count(summary.sent)} reports in ${summary.seconds} s`],
    ['acknowledged', `${count(summary.acknowledged)} (${count(summary.backfilled)} after a blind area)`],
    ['unacknowledged', count(summary.unacknowledged)],
    ['never sent', `${count(summary.unsent)} (${count(summary.dropped)} dropped from full memories)`],
    ['retransmitted', count(summary.retransmitted)],
    ['reconnects', count(summary.reconnects)],
    ['ack latency ms', formatQuantiles(summary.latency)],
    ['own lateness ms', formatQuantiles(summary.lateness)],
    ['octets', `${count(summary.octets.sent)} sent, ${count(summary.octets.received)} received`],
    ['errors', formatErrors(summary.errors)],
    ...storms.map(({ second, dropped, recovered }): [string, string] => [
      'storm',
      `${count(dropped)} dropped at ${second} s, ${recovered === null ? 'never all back' : `back in ${recovered} s`}`,
    ]),
    ...arrivals.map(({ at, arrived, missing }): [string, string] => [
      'arrived',
      `${count(arrived)} at ${at}${missing === 0 ? '' : `, ${count(missing)} missing`}`,
    ]),
  ];
}

function verdict(summary: Summary): string {
  const missing: string[] = [];
  if (summary.unacknowledged > 0) missing.push(`${count(summary.unacknowledged)} sent and never acknowledged`);
  if (summary.unsent > 0) missing.push(`${count(summary.unsent)} never sent`);
  for (const { at, missing: lost } of summary.arrivals)
    if (lost > 0) missing.push(`${count(lost)} acknowledged and never arrived at ${at}`);
  return `failed: ${missing.join(', ')}`;
}

function formatQuantiles(of: Quantiles): string {
  return `p50 ${of.p50}  p95 ${of.p95}  p99 ${of.p99}  max ${of.max}`;
}

function formatErrors(errors: Readonly<Record<string, number>>): string {
  const parts = Object.entries(errors).map(([name, times]) => `${name} ${count(times)}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
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
