/** Runs a fleet on this process's clock and network, and says what came of it. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { seededRandom } from '../../protocol/index.ts';
import { Fleet } from '../fleet/fleet.ts';
import { formatSummary, summarise } from '../fleet/report.ts';
import { tcpDialer } from '../link/tcp.ts';
import { udpDialer } from '../link/udp.ts';
import { Ledger } from './ledger.ts';
import { processClock } from './process-clock.ts';
import { Progress } from './progress.ts';
import type { SimulateSettings } from './settings.ts';

/** Plays `settings` to the end. Returns the exit code: 0, or 1 where a report was never acknowledged. Throws what files throw. */
export async function simulate(settings: SimulateSettings): Promise<0 | 1> {
  // Both files are opened first: an hour's run must not end in a path that cannot be written.
  const report = settings.report === undefined ? undefined : openSync(settings.report, 'w');
  const ledger = settings.ledger === undefined ? undefined : new Ledger(settings.ledger);
  const { transport, host, port } = settings.target;
  const dialer = transport === 'tcp' ? tcpDialer(host, port) : udpDialer(host, port);
  const clock = processClock();
  const fleet = new Fleet(
    {
      terminals: settings.terminals,
      revision: settings.revision,
      firstPhone: settings.firstPhone,
      firmware: settings.firmware,
      rampPerSecond: settings.rampPerSecond,
      durationMs: settings.durationMs,
      settleMs: settings.settleMs,
      startAt: settings.startAt ?? Math.floor(clock.now() / 1000) * 1000,
      faults: settings.faults,
      incidents: settings.incidents,
      ...(ledger === undefined ? {} : { onStored: (identity, stored) => ledger.add(identity, stored) }),
    },
    { clock, random: seededRandom(settings.seed), dialer },
  );
  const progress = new Progress(fleet, settings.json, process);
  const ticking = setInterval(() => progress.tick(), 1000);
  const interrupted = interruptible(fleet);
  await fleet.ended();
  interrupted.forget();
  clearInterval(ticking);
  progress.end();
  ledger?.close();
  const { terminals, seed } = settings;
  const summary = summarise(fleet.tally, { target: dialer.target, terminals, seed, seconds: fleet.seconds });
  if (report !== undefined) {
    writeFileSync(report, `${JSON.stringify(summary, null, 2)}\n`);
    closeSync(report);
  }
  process.stdout.write(
    settings.json ? `${JSON.stringify({ type: 'summary', ...summary })}\n` : `${formatSummary(summary)}\n`,
  );
  return summary.ok ? 0 : 1;
}

/** The first interrupt lets the fleet settle, the second ends the run. */
function interruptible(fleet: Fleet): { forget(): void } {
  let asked = false;
  const interrupt = (): void => {
    if (asked) fleet.stop();
    else fleet.finish();
    asked = true;
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    forget: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
