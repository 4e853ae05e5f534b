/**
 * Plays frames from the field into a gateway on default settings, and follows them to the disk, MQTT and a time series
 * store. Prints what became of each frame and exits with 1 when something was lost.
 *
 *     node bench/play-vectors.ts [FOLDER] [--influx-url http://127.0.0.1:8428]
 *
 * FOLDER holds JSON Lines in the form of `tests/vectors` (which is the default).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { gatewayProcess, runXingji, temporaryFolder } from '../tests/support/gateway.ts';
import { type Outcome, type PlayedFrame, playFrames } from '../tests/support/play-frames.ts';
import { readFlags, refuse } from './flags/read-flags.ts';

const { flags, operands } = readFlags(import.meta.filename, { 'influx-url': '' }, true);
const folder = operands[0] ?? fileURLToPath(new URL('../tests/vectors', import.meta.url));
if (!existsSync(folder)) refuse(`${folder}: there is no such folder`);
const influx = flags['influx-url'] || undefined;

function load(): PlayedFrame[] {
  const frames: PlayedFrame[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (!/"kind": ?"frame"/.test(line)) continue;
      const { id, kind, direction, protocol, hex } = JSON.parse(line) as Record<string, string>;
      if (kind === 'frame' && direction === 'up' && (protocol === 'jt808' || protocol === 'sbiao'))
        frames.push({ id: id!, hex: hex! });
    }
  }
  return frames;
}

/** Samples that the store holds of a measurement's field, over all series; VictoriaMetrics' export. */
async function stored(url: string, match: string): Promise<number> {
  await fetch(`${url}/internal/force_flush`);
  const response = await fetch(`${url}/api/v1/export?start=0&match[]=${encodeURIComponent(match)}`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.reduce((sum, line) => sum + new Set((JSON.parse(line) as { timestamps: number[] }).timestamps).size, 0);
}

function table(outcomes: readonly Outcome[]): void {
  const rows = new Map<string, Map<string, number>>();
  for (const { messageId, outcome } of outcomes) {
    const row = rows.get(messageId) ?? new Map<string, number>();
    rows.set(messageId, row.set(outcome, (row.get(outcome) ?? 0) + 1));
  }
  for (const [messageId, row] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${messageId}  ${[...row].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
  }
}

const data = temporaryFolder();
const gateway = await gatewayProcess(data.path, influx === undefined ? [] : ['--influx-url', influx]);
const { url, username, password } = gateway.ready.mqtt;
const subscriber = await connectAsync(url, { username: username!, password: password! });
const positions = new Map<string, string>();
let messages = 0;
subscriber.on('message', (topic, payload) => {
  const { id, terminal } = JSON.parse(payload.toString()) as { id: string; terminal: string };
  if (topic.endsWith('/position')) positions.set(id, terminal);
  else if (topic.endsWith('/message')) messages++;
});
await subscriber.subscribeAsync('xingji/v1/#', { qos: 1 });

const frames = load();
const { outcomes, lostConnections } = await playFrames(gateway.ready.jt808, frames);
table(outcomes);
const verify = await runXingji(['verify', '--data', data.path, '--wait', '20s']);
console.log(`\n${verify.stdout}`);
const count = (outcome: Outcome['outcome']): number => outcomes.filter((each) => each.outcome === outcome).length;
console.log(`frames ${frames.length}, terminals ${new Set(outcomes.map((each) => each.terminal)).size}`);
console.log(
  `acknowledged ${count('acknowledged')}, unsupported ${count('unsupported')}, malformed ${count('malformed')}, failure ${count('failure')}, ` +
    `unanswered by the standard ${count('unanswered')}, unreadable ${count('unreadable')}; connections lost ${lostConnections}`,
);
console.log(
  `MQTT: ${positions.size} positions of ${new Set(positions.values()).size} terminals, ${messages} other messages`,
);
if (influx !== undefined) console.log(`store: ${await stored(influx, '{__name__="position_lat"}')} points`);
for (const each of outcomes) if (each.outcome === 'unreadable') console.log(`unreadable: ${each.id}`);
await subscriber.endAsync();
gateway.child.kill('SIGTERM');
await gateway.ended;
data.remove();
process.exitCode = verify.code === 0 && lostConnections === 0 ? 0 : 1;
