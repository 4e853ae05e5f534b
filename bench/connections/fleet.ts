/**
 * A share of the fleet, in a process of its own: no process may have more than so many descriptors, and no address more ports to one other.
 * Says `online N` a second; answers `measure SECONDS` with what came of it, as JSON, and ends with its input.
 *
 *     node bench/connections/fleet.ts HOST PORT FROM FIRST TERMINALS INTERVAL_MS RAMP
 */
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../protocol/index.ts';
import { FACTORY_SETTINGS, FIRST_PHONE, Fleet, tcpDialer } from '../../simulator/index.ts';
import { clock } from '../load/clock.ts';

const [host = '', port = '', from = '', first = '', terminals = '', interval = '', ramp = ''] = process.argv.slice(2);

const fleet = new Fleet(
  {
    terminals: Number(terminals),
    revision: 'mix',
    firstPhone: FIRST_PHONE + Number(first),
    firmware: { ...FACTORY_SETTINGS, reportMs: Number(interval) },
    rampPerSecond: Number(ramp),
    durationMs: Number.POSITIVE_INFINITY,
    settleMs: 10_000,
    startAt: Math.floor(Date.now() / 1000) * 1000,
  },
  { clock, random: seededRandom(`connections ${first}`), dialer: tcpDialer(host, Number(port), from) },
);

async function measure(seconds: number): Promise<void> {
  const { tally } = fleet;
  tally.latency.clear();
  const before = tally.acknowledged;
  const own = process.cpuUsage();
  await pause(seconds * 1000);
  const { user, system } = process.cpuUsage(own);
  const [p50, p99] = [0.5, 0.99].map((q) => tally.latency.quantile(q));
  const errors = [...tally.errors].map(([error, times]) => `${error} ${times}`);
  console.log(
    JSON.stringify({ acknowledged: tally.acknowledged - before, p50, p99, cpu: (user + system) / 1e6, errors }),
  );
}

setInterval(() => console.log(`online ${fleet.tally.online}`), 1000).unref();
createInterface({ input: process.stdin })
  .on('line', (line) => void measure(Number(line.split(' ')[1])))
  .on('close', () => process.exit(0));
