/** `xingji simulate --scenario`: one scenario against a platform, with its truth and its facts beside it. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { type Clock, formatTime, VirtualClock } from '../../protocol/index.ts';
import { tcpDialer } from '../link/tcp.ts';
import { udpDialer } from '../link/udp.ts';
import type { Fact } from '../scenario/facts.ts';
import { Run, type RunHost } from '../scenario/player.ts';
import { fasterClock, followPlatform } from './paced-clock.ts';
import { processClock } from './process-clock.ts';
import type { ScenarioSettings } from './scenario-settings.ts';

/** After the scenario it is looked on for so long. */
const CALM_S = 60;

/** Plays it to the end. Returns 0, or 1 where the terminal was never let in. Throws what files throw. */
export async function simulateScenario(settings: ScenarioSettings): Promise<0 | 1> {
  const files = [settings.truth, settings.facts].map((path) => (path === undefined ? undefined : openSync(path, 'w')));
  const [truth, facts] = files;
  const real = processClock();
  const { speed } = settings;
  const startAt = (settings.startAt ?? Math.floor(real.now() / 1000) * 1000) + settings.warmupDays * 86_400_000;
  const virtual = new VirtualClock(startAt - settings.warmupDays * 86_400_000);
  const clock: Clock = speed === 'max' ? virtual : fasterClock(real, speed);
  let logins = 0;
  const run = new Run(
    { ...settings, startAt, calmSeconds: CALM_S },
    hostOf(settings, clock, (fact) => {
      if (facts !== undefined) writeSync(facts, `${JSON.stringify(fact)}\n`);
    }),
  );
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  run.watch({
    happened: (second, what) =>
      tell(`${formatTime(startAt + Math.round(second * 1000))}  ${Math.round(second)} s  ${what}`),
    online: () => logins++,
  });
  const interrupt = interrupted();
  const { signal } = interrupt;
  run.start();
  const over = (): boolean => signal.aborted || run.second >= run.endsAt;
  if (speed === 'max') await followPlatform(virtual, real, { busy: () => run.busy, over });
  else await ended(clock, run, signal);
  interrupt.forget();
  run.stop();
  const { scenario } = settings;
  const told = { ...run.truth, terminal: run.terminal, expect: scenario.expect };
  if (truth !== undefined) writeSync(truth, `${JSON.stringify(told)}\n`);
  for (const file of files) if (file !== undefined) closeSync(file);
  const summary = { ...told, frames: run.frames, logins };
  process.stdout.write(settings.json ? `${JSON.stringify(summary)}\n` : formatted(settings, run, logins));
  return logins > 0 ? 0 : 1;
}

function hostOf({ target }: ScenarioSettings, clock: Clock, tell: (fact: Fact) => void): RunHost {
  const { transport, host, port } = target;
  const dialer = transport === 'tcp' ? tcpDialer(host, port) : udpDialer(host, port);
  return {
    clock,
    dial: (_source, sink) => dialer.dial(0, sink),
    tell,
    // Only a platform sends its messages: whoever has one under test sends them there.
    order: (terminal, messageId) =>
      void process.stderr.write(`the platform is to send 0x${messageId.toString(16)} to ${terminal} now\n`),
  };
}

function ended(clock: Clock, run: Run, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.wake(clock.monotonic() + (run.endsAt - run.startsAt) * 1000, () => resolve());
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

function interrupted(): { signal: AbortSignal; forget(): void } {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return {
    signal: abort.signal,
    forget() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** What was played, what is true of it, and what a detector should have said. */
function formatted({ scenario, profile, seed }: ScenarioSettings, run: Run, logins: number): string {
  const { id, kind, title_zh: zh = '', title_en: en = '', expect } = scenario;
  const refs = Object.entries(run.refs).flatMap(([name, at]) => (at === null ? [] : [`${name} ${Math.round(at)} s`]));
  const lines = [
    `${id} ${kind}  ${zh}  ${en}`,
    `terminal ${run.terminal}, profile ${profile}, seed ${seed}: ${run.frames} frames, ${logins} logins`,
    `truth     ${scenario.truth}; ${refs.join(', ')}`,
  ];
  for (const { any_of: codes, stage, by_s: by, ref, min_severity: least, only_profiles: only } of expect.must) {
    const which = only === undefined ? '' : ` (${only.join(' ')})`;
    lines.push(`expected  ${codes.join(' or ')} ${stage} within ${by} s of ${ref}, severity ${least} or more${which}`);
  }
  if (expect.must_not.length > 0) lines.push(`forbidden ${expect.must_not.join(' ')} from severity 2 on`);
  lines.push(`at last   ${expect.final}`);
  return `${lines.join('\n')}\n`;
}
