import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { SlowNoise } from '../../../bench/detect/other-world/noise.ts';
import { playable, playOther } from '../../../bench/detect/other-world/play.ts';
import { Modem, Receiver } from '../../../bench/detect/other-world/radio.ts';
import { Story } from '../../../bench/detect/other-world/story.ts';
import { seededRandom } from '../../../protocol/index.ts';
import { CATALOGUE, readScenarios } from '../../../simulator/index.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
// Whole runs: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 });
const base = file.base_state;
const random = () => seededRandom('w');

describe('the other world', () => {
  test('plays a scenario through the gateway, the same every time', async () => {
    const scenario = file.scenarios.find(({ id }) => id === 'G01')!;
    const play = () => playOther({ file, scenario, profile: 'C', seed: '1', warmupDays: 0.1 });
    const [first, again] = [await play(), await play()];
    expect({ ...again, ms: 0 }).toEqual({ ...first, ms: 0 });
    expect(first.events.map(({ code }) => code)).toContain('T101');
    expect(first.frames).toBeGreaterThan(100);
  });

  test('has what befalls one vehicle alone', () => {
    const ids = playable(file).scenarios.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(40);
    expect(ids).not.toContain('I10');
    expect(ids).not.toContain('G49');
  });

  test('loses its fix to a jammer, and finds it the later the longer it was away', () => {
    const once = (seconds: number, seed: number): number => {
      const receiver = new Receiver(seededRandom(`sky ${seed}`));
      let t = 0;
      for (; t < 200; t++) receiver.sense(t, base, t);
      expect(receiver.fixed).toBe(true);
      for (const end = t + seconds; t < end; t++) receiver.sense(t, { ...base, jam_gnss_dbm: -75 }, t);
      expect(receiver.fixed).toBe(false);
      const back = t;
      for (; !receiver.fixed; t++) receiver.sense(t, base, t);
      return t - back;
    };
    const away = (seconds: number): number => {
      const draws = Array.from({ length: 20 }, (_, seed) => once(seconds, seed));
      return draws.reduce((sum, one) => sum + one, 0) / draws.length;
    };
    expect(away(5)).toBeLessThan(20);
    expect(away(1200)).toBeGreaterThan(away(5) + 20);
  });

  test('hears a jammer as a strong signal without service, and no card as nothing', () => {
    const modem = new Modem(random());
    for (let t = 0; t < 120; t++) modem.sense(t, base, true);
    expect(modem.attached).toBe(true);
    modem.sense(120, { ...base, jam_cell_js_db: 20 }, true);
    expect([modem.csq, modem.attached]).toEqual([31, false]);
    modem.sense(121, { ...base, sim: 'removed' }, true);
    expect([modem.csq, modem.attached]).toEqual([99, false]);
  });

  test('follows the timeline, ramps included', () => {
    const scenario = file.scenarios.find(({ id }) => id === 'I09')!;
    const story = new Story(file, scenario, { days: 1, random: random() });
    story.advance(story.onset - 1);
    const before = story.state.csq_clear;
    story.advance(story.onset + 150);
    expect(story.state.csq_clear).toBeLessThan(before);
    expect(story.state.csq_clear).toBeGreaterThan(0);
    story.advance(story.onset + 301);
    expect(story.state.csq_clear).toBe(0);
  });

  test('has noise that remembers', () => {
    const noise = new SlowNoise(random(), 2, 60);
    const values = Array.from({ length: 20_000 }, () => noise.next());
    const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;
    expect(Math.sqrt(mean(values.map((value) => value ** 2)))).toBeCloseTo(2, 0);
    const together = mean(values.slice(1).map((value, i) => value * values[i]!)) / 4;
    expect(together).toBeGreaterThan(0.8);
  });
});
