/** Runs a fleet on this machine's clock and network, and says what came of it. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { htmlReport } from '../fleet/html-report.ts';
import { formatSummary, summarise, type Summary } from '../fleet/report.ts';
import { Timeline } from '../fleet/timeline.ts';
import { Awaited, type Watch } from './awaited.ts';
import { play } from './company.ts';
import { influxWatch } from './influx-watch.ts';
import { LinesFile } from './lines-file.ts';
import { mqttWatch } from './mqtt-watch.ts';
import { processClock } from './process-clock.ts';
import { Progress, type ProgressOptions } from './progress.ts';
import type { SimulateSettings } from './settings.ts';
import { type Company, RECORDS } from './share.ts';

/** Plays `settings` to the end. Returns the exit code: 0, or 1 where a report was never acknowledged or never arrived, or where a broker cannot be listened to. Throws what files throw. */
export async function simulate(settings: SimulateSettings): Promise<0 | 1> {
  // All files are opened first: an hour's run must not end in a path that cannot be written.
  const report = settings.report === undefined ? undefined : openSync(settings.report, 'w');
  const records = recordsOf(settings);
  const clock = processClock();
  const startAt = settings.startAt ?? Math.floor(clock.now() / 1000) * 1000;
  const watches = await watchesOf(settings);
  if ('wrong' in watches) {
    process.stderr.write(`${watches.wrong}\n`);
    return 1;
  }
  const company = play({ ...settings, startAt }, clock, {
    stored: (index, second) => {
      for (const watch of watches) watch.stored(index, second);
    },
    lines: (name, lines) => records.get(name)?.add(lines),
  });
  const timeline = new Timeline();
  const progress = new Progress({ fleet: company, timeline }, progressOptions(settings), process);
  const restore = (): void => progress.end();
  process.once('exit', restore);
  const ticking = setInterval(() => {
    timeline.look(company.tally, company.seconds);
    progress.tick();
  }, 1000);
  const interrupted = interruptible(company);
  await company.ended();
  interrupted.forget();
  clearInterval(ticking);
  timeline.look(company.tally, company.seconds);
  const { seconds } = company;
  const arrivals = await Promise.all(watches.map((watch) => watch.settle(settings.settleMs)));
  progress.end();
  process.off('exit', restore);
  for (const file of records.values()) file.close();
  const { terminals, seed } = settings;
  const { tally } = company;
  const summary = summarise(tally, { target: urlOf(settings), terminals, seed, seconds, arrivals });
  if (report !== undefined) {
    const html = settings.report?.endsWith('.html') === true;
    writeFileSync(
      report,
      html ? htmlReport(summary, { latency: tally.latency, timeline }) : `${JSON.stringify(summary, null, 2)}\n`,
    );
    closeSync(report);
  }
  say(summary, settings);
  return summary.ok ? 0 : 1;
}

function urlOf({ target: { transport, host, port } }: SimulateSettings): string {
  return `${transport}://${host}:${port}`;
}

function progressOptions(settings: SimulateSettings): ProgressOptions {
  const { json, language, terminals, rampPerSecond, durationMs, speed } = settings;
  const { NO_COLOR = '', TERM = '' } = process.env;
  const lasts = terminals / rampPerSecond + durationMs / speed / 1000;
  return { json, language, terminals, target: urlOf(settings), lasts, colour: NO_COLOR === '', term: TERM };
}

function say(summary: Summary, { json, language }: SimulateSettings): void {
  const text = json ? JSON.stringify({ type: 'summary', ...summary }) : formatSummary(summary, language);
  process.stdout.write(`${text}\n`);
}

/** The files that the flags name. */
function recordsOf(settings: SimulateSettings): Map<string, LinesFile> {
  const files = new Map<string, LinesFile>();
  for (const name of RECORDS) {
    const path = settings[name];
    if (path !== undefined) files.set(name, new LinesFile(path));
  }
  return files;
}

/** Who looks where reports come out; `wrong`: a broker does not let us in. */
async function watchesOf(settings: SimulateSettings): Promise<Watch[] | { readonly wrong: string }> {
  const { mqtt, influx, firstPhone } = settings;
  const watches: Watch[] = [];
  try {
    if (mqtt !== undefined) watches.push(await mqttWatch(mqtt, new Awaited(firstPhone)));
  } catch (error) {
    const { host } = new URL(mqtt ?? '');
    // Node says of a refused connection to several addresses nothing but its code.
    const { message = '', code = '' } = error as { message?: string; code?: string };
    return { wrong: `--mqtt: the broker at ${host} cannot be listened to: ${message || code}` };
  }
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
