/** `xingji simulate --conformance`: walks any platform through the standard and says what it does otherwise. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Revision } from '../../protocol/index.ts';
import { conform, isConformant, type Outcome } from '../conformance/run.ts';
import { countsOf, formatEnd, formatOutcome, outcomeJson } from '../conformance/table.ts';
import { tcpDialer } from '../link/tcp.ts';
import { udpDialer } from '../link/udp.ts';
import type { ConformanceSettings } from './conformance-settings.ts';
import { processClock } from './process-clock.ts';

const ALL: readonly Revision[] = [2011, 2013, 2019];

/** Returns 0, or 1 where something failed. Throws what files throw. */
export async function simulateConformance(settings: ConformanceSettings): Promise<0 | 1> {
  const { target, revision, firstPhone, firmware, patienceMs, json, language } = settings;
  const report = settings.report === undefined ? undefined : openSync(settings.report, 'w');
  const clock = processClock();
  const { transport, host, port } = target;
  const outcomes: Outcome[] = [];
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const walk = conform(
    {
      revisions: revision === 'mix' ? ALL : [revision],
      firstPhone,
      answerMs: firmware.replyTimeoutMs,
      patienceMs,
      startAt: settings.startAt ?? Math.floor(clock.now() / 1000) * 1000,
      datagram: transport === 'udp',
    },
    { clock, dialer: transport === 'tcp' ? tcpDialer(host, port) : udpDialer(host, port) },
  );
  for await (const outcome of walk) {
    outcomes.push(outcome);
    say(json ? JSON.stringify(outcomeJson(outcome)) : formatOutcome(outcome, language));
  }
  const counts = countsOf(outcomes);
  const ok = isConformant(outcomes);
  say(json ? JSON.stringify({ type: 'summary', ...counts, ok }) : `\n${formatEnd(counts, language)}`);
  if (report !== undefined) {
    writeSync(report, `${JSON.stringify({ ok, ...counts, checks: outcomes.map(outcomeJson) }, null, 2)}\n`);
    closeSync(report);
  }
  return ok ? 0 : 1;
}
