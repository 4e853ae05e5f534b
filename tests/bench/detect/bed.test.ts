/** Whole runs over the gateway, with short days before: what is true of them whatever the detector says. */
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { playOnBed, type RunResult } from '../../../bench/detect/bed.ts';
import { readScenarios } from '../../../simulator/index.ts';

const read = readScenarios(
  readFileSync(new URL('../../../simulator/scenario/catalogue.json', import.meta.url), 'utf8'),
);
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
// Whole runs: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 });

function play(id: string, profile: string, seed = '1', warmupDays = 0.05): Promise<RunResult> {
  const scenario = file.scenarios.find((one) => one.id === id)!;
  return playOnBed({ file, scenario, profile, seed, warmupDays });
}

describe('a run on the bed', () => {
  test('is the same when it is played again', async () => {
    const [first, again] = [await play('G04', 'C'), await play('G04', 'C')];
    expect({ ...again, ms: 0 }).toEqual({ ...first, ms: 0 });
  });

  test('notes when the vehicle moved and when its terminal called again', async () => {
    const { refs } = await play('G38', 'A');
    const { onset, reconnect, motion } = refs as Record<string, number>;
    expect(motion! - onset!).toBeGreaterThanOrEqual(2700);
    expect(motion! - onset!).toBeLessThan(2760);
    // The card is back 9,900 s after it went; the modem attaches and logs in 15 s later.
    expect(reconnect! - onset!).toBeGreaterThan(9914);
    expect(reconnect! - onset!).toBeLessThan(9990);
  });

  test('notes the end of a spoofing, of an outage and the hour of a sighting', async () => {
    expect((await play('G32', 'A')).refs.spoof_end! - (await play('G32', 'A')).refs.onset!).toBe(1800);
    const sighted = await play('G15', 'A');
    expect(sighted.refs.sighting! - sighted.refs.onset!).toBe(10_200);
    const outage = await play('I11', 'A');
    expect(outage.refs.group_restore! - outage.refs.onset!).toBe(2100);
  });

  test('logs in again and again where addresses age out, and comes to its end', async () => {
    const { refs, frames } = await play('I14', 'A');
    // The first address is forgotten five minutes on; the next octets are reset.
    expect(refs.reconnect! - refs.onset!).toBeGreaterThan(299);
    expect(refs.reconnect! - refs.onset!).toBeLessThan(500);
    expect(frames).toBeGreaterThan(500);
  });

  test('hears a clone, and a terminal that calls itself by another number', async () => {
    const clone = await play('G49', 'A');
    expect(clone.refs.foreign_login! - clone.refs.onset!).toBeLessThan(60);
    const renamed = await play('G57', 'A');
    expect(renamed.refs.foreign_login! - renamed.refs.onset!).toBeLessThan(90);
  });
});
