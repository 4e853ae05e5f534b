/** `xingji demo`: a gateway of its own and a fleet with incidents, so that there is something to look at within a minute. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { seededRandom } from '../../protocol/index.ts';
import { FIRST_PHONE } from '../firmware/identity.ts';
import { FACTORY_SETTINGS } from '../firmware/settings.ts';
import { Fleet } from '../fleet/fleet.ts';
import { type Faults, NO_FAULTS } from '../link/faults.ts';
import { tcpDialer } from '../link/tcp.ts';
import { processClock } from './process-clock.ts';

/** Most of the fleet has good links and now and then an incident; the rest lives with links that fail. */
const SOUND = { terminals: 60, incidents: 0.15, faults: NO_FAULTS };
const SHAKY = {
  terminals: 20,
  incidents: 0.05,
  faults: { ...NO_FAULTS, reset: 0.004, halfOpen: 0.002, loss: 0.02, delay: 300, split: 0.2 } satisfies Faults,
};
const REPORT_MS = 5000;
const POWER_ON_PER_SECOND = 20;

interface Ready {
  readonly jt808: string;
  readonly console: string;
  readonly mqtt: { readonly url: string; readonly username?: string; readonly password?: string };
}

/** Adds the command `demo`. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('a gateway and a simulated fleet with incidents, to look at')
    .option('--data <DIR>', 'folder of the gateway; a temporary one, removed at the end, unless given')
    .option('--jt808 <HOST:PORT>', 'where terminals connect', '127.0.0.1:8808')
    .option('--mqtt <HOST:PORT>', 'where the embedded broker listens', '127.0.0.1:1883')
    .option('--http <HOST:PORT>', 'where the status page is', '127.0.0.1:8080')
    .addHelpText('after', '\nStops with Ctrl-C.\n\nExample:\n  xingji demo --http 127.0.0.1:8090')
    .action(async (flags: { data?: string; jt808: string; mqtt: string; http: string }) => {
      process.exitCode = await demo(flags);
    });
}

async function demo(flags: { data?: string; jt808: string; mqtt: string; http: string }): Promise<number> {
  const data = flags.data ?? mkdtempSync(join(tmpdir(), 'xingji-demo-'));
  const { jt808, mqtt, http } = flags;
  const listeners = ['--jt808', jt808, '--mqtt', mqtt, '--http', http];
  const gateway = spawn(
    process.execPath,
    [process.argv[1]!, 'serve', '--data', data, ...listeners, '--log-level', 'warn'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<number>((resolve) => gateway.once('exit', (code) => resolve(code ?? 1)));
  const fleets: Fleet[] = [];
  createInterface({ input: gateway.stdout }).on('line', (line) => {
    if (line.startsWith('ready ')) fleets.push(...drive(JSON.parse(line.slice('ready '.length)) as Ready));
  });
  const stop = (): void => {
    for (const fleet of fleets.splice(0)) fleet.stop();
    gateway.kill('SIGTERM');
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const code = await ended;
  for (const fleet of fleets) fleet.stop();
  if (flags.data === undefined) rmSync(data, { recursive: true, force: true });
  return code;
}

/** Switches both parts of the fleet on and says where to look. */
function drive(ready: Ready): Fleet[] {
  const { username = '', password = '', url } = ready.mqtt;
  process.stdout.write(
    `\n  Status page   ${ready.console}\n` +
      `  MQTT          ${url}  user ${username}  password ${password}\n` +
      `                mosquitto_sub -h ${new URL(url).hostname} -p ${new URL(url).port} -u ${username} -P '${password}' -t 'xingji/v1/#' -v\n` +
      `  Fleet         ${SOUND.terminals + SHAKY.terminals} terminals, a report every ${REPORT_MS / 1000} s; Ctrl-C ends it\n\n`,
  );
  const [host = '', port = ''] = ready.jt808.split(/:(?=\d+$)/);
  const clock = processClock();
  let firstPhone = FIRST_PHONE;
  return [SOUND, SHAKY].map((part) => {
    const fleet = new Fleet(
      {
        ...part,
        revision: 'mix',
        firstPhone,
        firmware: { ...FACTORY_SETTINGS, reportMs: REPORT_MS },
        rampPerSecond: POWER_ON_PER_SECOND,
        durationMs: Number.POSITIVE_INFINITY,
        settleMs: 0,
        startAt: Math.floor(clock.now() / 1000) * 1000,
      },
      { clock, random: seededRandom(`demo ${firstPhone}`), dialer: tcpDialer(host, Number(port)) },
    );
    firstPhone += part.terminals;
    return fleet;
  });
}
