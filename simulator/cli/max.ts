/** `xingji simulate --max`: finds the rate of reports that a platform sustains within a latency bound. */
import { setTimeout as pause } from 'node:timers/promises';
import { highestRate } from '../fleet/search.ts';
import { play } from './company.ts';
import type { MaxSettings } from './max-settings.ts';
import { processClock } from './process-clock.ts';

/** A terminal reports ten times a second at most. */
const SHORTEST_MS = 100;
const WITHIN = 0.1;
const BETWEEN_MS = 1000;

/** One rate as it was tried. */
interface Trial {
  readonly rate: number;
  readonly ok: boolean;
  readonly acknowledged: number;
  readonly missing: number;
  readonly p99: number;
  /** Of the simulator itself: where it is what is too slow, nothing is known of the platform. */
  readonly lateness: number;
}

/** Returns 0, or 1 where no rate held. */
export async function simulateMax(settings: MaxSettings): Promise<0 | 1> {
  const { terminals, firmware, latencyMs, json } = settings;
  const limit = terminals * (1000 / SHORTEST_MS);
  const trials: Trial[] = [];
  const holds = async (rate: number): Promise<boolean> => {
    const trial = await tried(settings, rate);
    trials.push(trial);
    if (json) process.stdout.write(`${JSON.stringify({ type: 'trial', ...trial })}\n`);
    else process.stdout.write(`${line(trial)}\n`);
    await pause(BETWEEN_MS);
    return trial.ok;
  };
  const from = (terminals * 1000) / firmware.reportMs;
  const { held, failed } = await highestRate(holds, { from, limit, within: WITHIN });
  const broke = trials.find(({ rate }) => rate === failed);
  const own = broke !== undefined && broke.lateness > latencyMs;
  const bound = failed === undefined ? 'terminals' : own ? 'simulator' : 'platform';
  if (json) process.stdout.write(`${JSON.stringify({ type: 'max', rate: Math.round(held), latencyMs, bound })}\n`);
  else process.stdout.write(`\n${Math.round(held)} reports/s within ${latencyMs} ms (p99); ${WORDS[bound]}\n`);
  return held > 0 ? 0 : 1;
}

const WORDS = {
  terminals: 'more would take more --terminals',
  simulator: 'above it the simulator itself is late: more processes (--per-process), or another machine',
  platform: 'above it the platform is late or leaves reports unanswered',
} as const;

async function tried(settings: MaxSettings, rate: number): Promise<Trial> {
  const { terminals, rampPerSecond, firmware, latencyMs, stepMs } = settings;
  const clock = processClock();
  const company = play(
    {
      ...settings,
      startAt: settings.startAt ?? Math.floor(clock.now() / 1000) * 1000,
      firmware: { ...firmware, reportMs: Math.max(SHORTEST_MS, Math.round((terminals * 1000) / rate)) },
      // All report together for the whole of the step.
      durationMs: (terminals / rampPerSecond) * 1000 + stepMs,
    },
    clock,
  );
  await company.ended();
  const { acknowledged, made, latency, lateness } = company.tally;
  const [p99, own] = [latency.quantile(0.99), lateness.quantile(0.99)].map((ms) => Math.round(ms * 10) / 10);
  const missing = made - acknowledged;
  const ok = missing === 0 && p99! <= latencyMs && own! <= latencyMs;
  return { rate: Math.round(rate), ok, acknowledged, missing, p99: p99!, lateness: own! };
}

function line({ rate, ok, missing, p99, lateness }: Trial): string {
  const lost = missing === 0 ? '' : `, ${missing} unanswered`;
  return `${ok ? 'held  ' : 'failed'}  ${String(rate).padStart(7)} reports/s  p99 ${p99} ms, own lateness ${lateness} ms${lost}`;
}
