/**
 * The promise under faults: real processes are killed, frozen, cut off and starved under load, and after each scenario every
 * report that a terminal was told is stored is looked for in the journal, at the broker and in the store.
 * Prints a table; exit code 1 where something was lost or stuck.
 *
 *     node bench/faults.ts [--long] [--kills 200] [--outage 60s] [--seed TEXT] [SCENARIO …]
 *     node bench/faults.ts --broken [NAME …]
 *
 * SCENARIO is the beginning of a name. With --broken the gateway is broken on purpose, in one way after the other
 * (`faults/broken.ts`), and it is a fault where the account does not see it. Needs mosquitto, VictoriaMetrics and InfluxDB 1 (`tests/real/README.md`); what needs
 * more rights than this account has is skipped, and the table says so.
 */
import { seededRandom } from '../protocol/index.ts';
import type { Account } from './faults/account.ts';
import { BROKEN } from './faults/broken.ts';
import { LONG, SCENARIOS, SHORT } from './faults/scenarios.ts';
import { NotPermitted, Stage } from './faults/stage.ts';
import { readFlags, refuse } from './flags/read-flags.ts';

const { flags, operands } = readFlags(
  import.meta.filename,
  { long: false, broken: false, kills: Number.NaN, outage: '', seed: 'faults' },
  true,
);
const outageMs = Number.parseFloat(flags.outage) * 1000;
if (flags.outage !== '' && !(outageMs > 0)) refuse(`--outage is '${flags.outage}', expected seconds such as 60s`);
const base = flags.long ? LONG : SHORT;
const extent = {
  ...base,
  kills: Number.isNaN(flags.kills) ? base.kills : flags.kills,
  outageMs: flags.outage === '' ? base.outageMs : outageMs,
};
const { seed } = flags;

const begun = (name: string): boolean => operands.length === 0 || operands.some((begin) => name.startsWith(begin));
const plays = (
  flags.broken
    ? BROKEN.map(({ name, scenario, seen }) => ({
        name,
        scenario: SCENARIOS.find((one) => one.name === scenario)!,
        seen,
      }))
    : SCENARIOS.map((scenario) => ({ name: scenario.name, scenario, seen: undefined }))
).filter(({ name }) => begun(name));
if (plays.length === 0) {
  const names = (flags.broken ? BROKEN : SCENARIOS).map(({ name }) => name);
  refuse(`none begins like that: ${operands.join(', ')}. There are: ${names.join('; ')}.`);
}

const HEAD = [
  'scenario',
  'acked',
  'lost j/b/s',
  'twice',
  'again',
  'rows',
  'same',
  'p99 ms',
  'drain s',
  'grew MiB',
  'verdict',
];
const WIDTHS = [40, 7, 11, 6, 6, 5, 7, 8, 8, 9, 0];

function print(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join(' '));
}

function row(name: string, account: Account): string[] {
  const { told, lost, twice, again, rows, same, p99Ms, drainSeconds, growthMiB, wrong } = account;
  const figures = [
    `${lost.journal}/${lost.broker}/${lost.store}`,
    twice,
    again,
    rows,
    same,
    p99Ms.toFixed(0),
    drainSeconds.toFixed(1),
    growthMiB.toFixed(0),
  ];
  return [name, String(told), ...figures.map(String), wrong.length === 0 ? 'kept' : 'BROKEN'];
}

let stage: Stage | undefined;
/** What was started and mounted goes with whoever loses patience. */
function leave(): void {
  void (stage?.close() ?? Promise.resolve()).finally(() => process.exit(1));
}
process.once('SIGINT', leave);
process.once('SIGTERM', leave);

print(HEAD);
for (const { name, scenario, seen } of plays) {
  stage = undefined;
  try {
    stage = await Stage.open(scenario.plan, seen === undefined ? '' : name);
    await scenario.play(stage, extent, seededRandom(`${seed} ${scenario.name}`));
    const account = await stage.account();
    print(row(name, account));
    for (const words of account.wrong) console.log(`    ${words}`);
    if (seen === undefined ? account.wrong.length > 0 : !account.wrong.some((words) => seen.test(words))) {
      if (seen !== undefined) console.log(`    NOT SEEN: ${seen.source}`);
      process.exitCode = 1;
    }
  } catch (error) {
    if (error instanceof NotPermitted) console.log(`${name}: skipped, ${error.message} is not permitted`);
    else {
      console.log(`${name}: ${String(error)}`);
      process.exitCode = 1;
    }
  } finally {
    await stage?.close();
  }
}
