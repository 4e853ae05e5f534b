/** Runs a fleet on this machine's clock and network, and says what came of it. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { htmlReport } from '../fleet/html-report.ts';
import { formatSummary, summarise, type Summary } from '../fleet/report.ts';
import { Timeline } from '../fleet/timeline.ts';
import { Awaited, type Watch } from './awaited.ts';
import { type Company, mostInOne, playShare, Processes, sharesOf, type Stored } from './company.ts';
import { influxWatch } from './influx-watch.ts';
import { Ledger } from './ledger.ts';
import { mqttWatch } from './mqtt-watch.ts';
import { processClock } from './process-clock.ts';
import { Progress } from './progress.ts';
import type { SimulateSettings } from './settings.ts';

/** Plays `settings` to the end. Returns the exit code: 0, 1 where a report was never acknowledged or never arrived, 2 for flags that do not go together. Throws what files throw. */
export async function simulate(settings: SimulateSettings): Promise<0 | 1 | 2> {
  const most = settings.perProcess ?? mostInOne();
  if (settings.ledger !== undefined && settings.terminals > most) {
    process.stderr.write(`--ledger is written by one process only, expected at most ${most} terminals\n`);
    return 2;
  }
  // Both files are opened first: an hour's run must not end in a path that cannot be written.
  const report = settings.report === undefined ? undefined : openSync(settings.report, 'w');
  const ledger = settings.ledger === undefined ? undefined : new Ledger(settings.ledger);
  const clock = processClock();
  const startAt = settings.startAt ?? Math.floor(clock.now() / 1000) * 1000;
  const watches = await watchesOf({ ...settings, startAt });
  const company = companyOf({ ...settings, startAt }, watches, ledger);
  const progress = new Progress(company, settings.json, process);
  const timeline = new Timeline();
  const ticking = setInterval(() => {
    progress.tick();
    timeline.look(company.tally, company.seconds);
  }, 1000);
  const interrupted = interruptible(company);
  await company.ended();
  interrupted.forget();
  clearInterval(ticking);
  timeline.look(company.tally, company.seconds);
  const { seconds } = company;
  const arrivals = await Promise.all(watches.map((watch) => watch.settle(settings.settleMs)));
  progress.end();
  ledger?.close();
  const { terminals, seed, target } = settings;
  const url = `${target.transport}://${target.host}:${target.port}`;
  const { tally } = company;
  const summary = summarise(tally, { target: url, terminals, seed, seconds, arrivals });
  if (report !== undefined) {
    const html = settings.report?.endsWith('.html') === true;
    writeFileSync(
      report,
      html ? htmlReport(summary, { latency: tally.latency, timeline }) : `${JSON.stringify(summary, null, 2)}\n`,
    );
    closeSync(report);
  }
  say(summary, settings.json);
  return summary.ok ? 0 : 1;
}

function say(summary: Summary, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify({ type: 'summary', ...summary })}\n` : `${formatSummary(summary)}\n`);
}

function companyOf(
  settings: SimulateSettings & { readonly startAt: number },
  watches: readonly Watch[],
  ledger: Ledger | undefined,
): Company {
  const shares = sharesOf(settings, settings.perProcess ?? mostInOne());
  const [only, another] = shares;
  const stored: Stored = (index, second) => {
    for (const watch of watches) watch.stored(index, second);
  };
  if (only === undefined || another !== undefined) return new Processes(shares, processClock(), stored);
  return playShare(only, processClock(), (identity, acknowledged) => {
    ledger?.add(identity, acknowledged);
    if (watches.length > 0) for (const { at } of acknowledged.reports) stored(identity.index, Math.floor(at / 1000));
  });
}

async function watchesOf(settings: SimulateSettings & { readonly startAt: number }): Promise<Watch[]> {
  const { mqtt, influx, firstPhone } = settings;
  const watches: Watch[] = [];
  if (mqtt !== undefined) watches.push(await mqttWatch(mqtt, new Awaited(firstPhone)));
  if (influx !== undefined) watches.push(influxWatch(influx, new Awaited(firstPhone)));
  return watches;
}

/** The first interrupt lets the fleet settle, the second ends the run. */
function interruptible(fleet: Company): { forget(): void } {
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
