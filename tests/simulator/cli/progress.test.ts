import { describe, expect, it } from 'vitest';
import { Progress, type ProgressOptions, type ProgressStreams } from '../../../simulator/cli/progress.ts';
import { liveLines, type LiveStyle } from '../../../simulator/fleet/live-view.ts';
import { Tally } from '../../../simulator/fleet/tally.ts';
import { Timeline } from '../../../simulator/fleet/timeline.ts';

function busyTally(): Tally {
  const tally = new Tally();
  Object.assign(tally, {
    online: 48_000,
    made: 1_234_567,
    sent: 1_234_000,
    acknowledged: 1_233_000,
    retransmitted: 12,
  });
  for (const ms of [0.4, 1.5, 3, 30, 3000]) tally.latency.record(ms);
  tally.error('link reset', 7);
  tally.storms.begin(20, 48_000);
  return tally;
}

function timelineOf(tally: Tally): Timeline {
  const timeline = new Timeline();
  for (let second = 1; second < 200; second++) {
    tally.acknowledged = second * 1000;
    timeline.look(tally, second);
  }
  return timeline;
}

const STATE = { target: 'tcp://127.0.0.1:8808', terminals: 50_000, seconds: 199, lasts: 700 };
const STYLE: LiveStyle = { columns: 80, rows: 40, colour: false, language: 'en' };

/** Columns on a terminal. */
const widthOf = (line: string): number =>
  [...line].reduce((sum, sign) => sum + (/[\u2e80-\uffe6]/.test(sign) ? 2 : 1), 0);

describe('a run on a screen', () => {
  const tally = busyTally();
  const { moments } = timelineOf(tally);
  const state = { ...STATE, tally, moments };

  it('tells who is online, what is open, how fast and with which errors', () => {
    const text = liveLines(state, STYLE).join('\n');
    for (const part of [
      '48,000 / 50,000',
      '03:19 / 11:40',
      'acknowledged a second  1,000',
      '< 5',
      '≥ 1000',
      'link reset',
    ])
      expect(text).toContain(part);
    expect(text).toContain('█');
    expect(text).not.toContain('\u001b');
  });

  it.each([
    [30, 10, 'zh'],
    [30, 10, 'en'],
    [80, 24, 'zh'],
    [200, 60, 'en'],
  ] as const)('fits into %d columns and %d rows (%s)', (columns, rows, language) => {
    const lines = liveLines(state, { columns, rows, language, colour: false });
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(widthOf(line)).toBeLessThan(columns);
  });

  it('has colours where they are wanted, and Chinese where it is', () => {
    const text = liveLines(state, { ...STYLE, colour: true, language: 'zh' }).join('\n');
    expect(text).toContain('\u001b[33m');
    expect(text).toContain('在线');
  });
});

describe('progress', () => {
  const tally = busyTally();
  const fleet = { tally, seconds: 5, finish: () => {}, stop: () => {}, ended: async () => {} };
  const options: ProgressOptions = {
    json: false,
    colour: false,
    term: 'xterm',
    language: 'en',
    target: STATE.target,
    terminals: 50_000,
    lasts: 60,
  };
  function streams(tty: Partial<ProgressStreams['stderr']>): ProgressStreams & { out: string; err: string } {
    const all = {
      out: '',
      err: '',
      stdout: { write: (text: string) => void (all.out += text) },
      stderr: { ...tty, write: (text: string) => void (all.err += text) },
    };
    return all;
  }
  const shown = (
    more: Partial<ProgressOptions>,
    tty: Partial<ProgressStreams['stderr']>,
  ): { out: string; err: string } => {
    const to = streams(tty);
    const progress = new Progress({ fleet, timeline: new Timeline() }, { ...options, ...more }, to);
    progress.tick();
    progress.tick();
    progress.end();
    progress.end();
    return to;
  };

  it('takes the whole screen of a terminal and gives it back once', () => {
    const { out, err } = shown({}, { isTTY: true, columns: 80, rows: 24 });
    expect(out).toBe('');
    expect(err.startsWith('\u001b[?1049h\u001b[?25l\u001b[H')).toBe(true);
    expect(err.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    expect(err.split('\u001b[?1049h').length).toBe(2);
    expect(err.split('\u001b[?1049l').length).toBe(2);
  });

  it.each([
    [{ term: 'dumb' }, { isTTY: true, columns: 80, rows: 24 }],
    [{}, { isTTY: true, columns: 20, rows: 24 }],
    [{}, { isTTY: true }],
  ])('is one line where there is no screen for it (%j, %j)', (more, tty) => {
    const { err } = shown(more, tty);
    expect(err).not.toContain('\u001b[?1049h');
    expect(err).toMatch(/48000 online/);
    expect(err.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('is nothing where nobody looks, and lines of JSON for programs', () => {
    expect(shown({}, {})).toMatchObject({ out: '', err: '' });
    const { out, err } = shown({ json: true }, { isTTY: true, columns: 80, rows: 24 });
    expect(err).toBe('');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(['progress', 'progress']);
  });
});
