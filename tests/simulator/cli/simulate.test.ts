import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../../simulator/index.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'xingji-simulate-'));
let platform: ChildProcess;
let target: string;

beforeAll(async () => {
  platform = spawn(process.execPath, [join(root, 'bench/load/bare-platform.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: platform.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  target = `tcp://${(JSON.parse(line.slice('ready '.length)) as { jt808: string }).jt808}`;
});
afterAll(async () => {
  platform.kill();
  await once(platform, 'exit');
  rmSync(folder, { recursive: true });
});

function simulate(...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(root, 'bin/xingji.ts'), 'simulate', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [stdout, stderr] = await Promise.all([
    text(child.stdout as never),
    text(child.stderr as never),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, stdout, stderr };
}

describe('xingji simulate', () => {
  it('reports, settles and says what came of it, on paper and for programs', async () => {
    const report = join(folder, 'out.json');
    const ledger = join(folder, 'ledger.jsonl');
    const pace = [
      '--terminals=5',
      '--interval=250ms',
      '--duration=1s',
      '--ramp=100/s',
      '--start=2026-01-05T08:00:00+08:00',
    ];
    const { code, stdout, stderr } = await outcome(
      simulate(`--target=${target}`, '--lang=en', ...pace, `--report=${report}`, `--ledger=${ledger}`),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('ok: every report was acknowledged');
    const summary = JSON.parse(readFileSync(report, 'utf8')) as Summary;
    expect(summary).toMatchObject({
      terminals: 5,
      connected: 5,
      made: 20,
      sent: 20,
      acknowledged: 20,
      unacknowledged: 0,
      errors: {},
      ok: true,
    });
    expect(summary.latency.p50).toBeGreaterThan(0);
    const lines = readFileSync(ledger, 'utf8').trimEnd().split('\n');
    const entries = lines.map(
      (line) => JSON.parse(line) as { terminal: string; serial: number; time: string; id: string },
    );
    expect(entries.length).toBe(20);
    expect(new Set(entries.map(({ terminal }) => terminal)).size).toBe(5);
    for (const { terminal, time, serial, id } of entries) {
      expect(terminal).toMatch(/^1380000000[1-5]$/);
      expect(time).toMatch(/^2026-01-05T08:00:0[01]\+08:00$/);
      expect(serial).toBeGreaterThanOrEqual(2);
      expect(['0x0200', '0x0704']).toContain(id);
    }
  });

  it('ends with JSON lines only, and exit code 1, when nobody acknowledges', async () => {
    const mute = createServer((socket) => socket.resume().on('error', () => undefined));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const pace = ['--interval=200ms', '--duration=600ms', '--settle=1s', '--json'];
    const { code, stdout } = await outcome(simulate(`--target=tcp://127.0.0.1:${port}`, ...pace));
    mute.close();
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string } & Partial<Summary>);
    expect(code).toBe(1);
    expect(lines.slice(0, -1).every(({ type }) => type === 'progress')).toBe(true);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', made: 3, acknowledged: 0, unsent: 3, ok: false });
  });

  it('plays a scenario as fast as the platform answers, with its truth and its facts beside it', async () => {
    const [truth, facts] = [join(folder, 'truth.jsonl'), join(folder, 'facts.jsonl')];
    const { code, stdout } = await outcome(
      simulate(`--target=${target}`, '--scenario=G01', '--speed=max', '--json', `--truth=${truth}`, `--facts=${facts}`),
    );
    const summary = JSON.parse(stdout) as { frames: number; logins: number };
    expect([code, summary.logins]).toEqual([0, 1]);
    expect(summary.frames).toBeGreaterThan(25);
    const told = JSON.parse(readFileSync(truth, 'utf8')) as { refs: { onset: number }; expect: { final: string } };
    expect(told).toMatchObject({ scenario: 'G01', profile: 'A', seed: 1, expect: { final: 'T101' } });
    expect(told.refs.onset).toBeGreaterThan(299);
    const kinds = readFileSync(facts, 'utf8').trimEnd().split('\n');
    expect(kinds.map((line) => (JSON.parse(line) as { kind: string }).kind)).toContain('archive');
  });

  it('plays a fleet in as many processes as it is told, each terminal once, with a page of charts', async () => {
    const report = join(folder, 'out.html');
    const ledger = join(folder, 'shares.jsonl');
    const pace = ['--terminals=9', '--per-process=4', '--interval=200ms', '--duration=1s', '--ramp=100/s', '--json'];
    const files = [`--report=${report}`, `--ledger=${ledger}`];
    const { code, stdout, stderr } = await outcome(simulate(`--target=${target}`, ...pace, ...files));
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      terminals: 9,
      connected: 9,
      made: 45,
      acknowledged: 45,
      ok: true,
    });
    expect(readFileSync(report, 'utf8')).toContain('<svg ');
    const named = readFileSync(ledger, 'utf8').trimEnd().split('\n');
    expect(named.length).toBe(45);
    expect(new Set(named.map((line) => (JSON.parse(line) as { terminal: string }).terminal)).size).toBe(9);
  });

  it('plays vehicles with their hardware, faster than the clock, over processes, with what is true of them', async () => {
    const [truth, facts] = [join(folder, 'fleet-truth.jsonl'), join(folder, 'fleet-facts.jsonl')];
    const pace = [
      '--terminals=8',
      '--per-process=5',
      '--start=2026-03-03T07:50:00+08:00',
      '--speed=200',
      '--duration=5min',
    ];
    const { code, stdout, stderr } = await outcome(
      simulate(`--target=${target}`, '--profile=A,E', ...pace, '--json', `--truth=${truth}`, `--facts=${facts}`),
    );
    expect([code, stderr]).toEqual([0, '']);
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary;
    expect(summary).toMatchObject({ terminals: 8, ok: true });
    expect(summary.acknowledged).toBeGreaterThan(20);
    const linesOf = (path: string): Record<string, unknown>[] =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(linesOf(truth).map(({ terminal }) => terminal)).toHaveLength(8);
    const kinds = linesOf(facts).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'archive').length).toBe(8);
    expect(kinds).toContain('order');
  });

  it('finds the highest rate that a platform sustains', async () => {
    // Twenty terminals make 200 reports a second at most, which any machine answers within ten seconds.
    const pace = [
      '--max',
      '--latency=10s',
      '--step=300ms',
      '--terminals=20',
      '--interval=200ms',
      '--ramp=200/s',
      '--json',
    ];
    const { code, stdout } = await outcome(simulate(`--target=${target}`, ...pace));
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; rate: number });
    expect([code, lines.map(({ type, rate }) => [type, rate])]).toEqual([
      0,
      [
        ['trial', 100],
        ['trial', 200],
        ['max', 200],
      ],
    ]);
    expect(lines.at(-1)).toMatchObject({ bound: 'terminals' });
  });

  it('settles when it is interrupted', async () => {
    const child = simulate(`--target=${target}`, '--terminals=3', '--interval=100ms', '--duration=1h', '--json');
    await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
    child.kill('SIGINT');
    const { code, stdout } = await outcome(child);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary;
    expect(summary.ok).toBe(true);
    expect(summary.acknowledged).toBeGreaterThan(5);
  });

  it.each([
    [['--terminals=0', '--interval=soon'], 2],
    [['--report=/no/such/folder/out.json'], 1],
    [['--scenario=G04', '--profile=Q', '--speed=0'], 2],
    [['--scenario=G99'], 1],
    [['--profile=Z', '--speed=0.5', '--storm=never', '--jitter=2'], 4],
    [['--facts=f.jsonl', '--acts=3'], 2],
    [['--profile=mix', '--incidents=0.5'], 1],
    [['--max', '--storm=10s', '--speed=2'], 2],
    [['--conformance', '--lang=fr', '--patience=never'], 2],
    [['--mqtt=broker', '--influx=mqtt://broker'], 2],
  ])('starts nothing with %j: exit code 2', async (args, lines) => {
    const { code, stdout, stderr } = await outcome(simulate(`--target=${target}`, ...args));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd().split('\n').length).toBe(lines);
  });

  it('says in one line that a broker is not there, and starts nothing', async () => {
    const { code, stdout, stderr } = await outcome(
      simulate(`--target=${target}`, '--mqtt=mqtt://127.0.0.1:9', '--json'),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^--mqtt: the broker at 127\.0\.0\.1:9 cannot be listened to: .*ECONNREFUSED.*\n$/);
  });

  it('has help with an example', async () => {
    const { code, stdout } = await outcome(simulate('--help'));
    expect(code).toBe(0);
    expect(stdout).toContain('xingji simulate --target tcp://127.0.0.1:8808 --terminals 1000');
  });
});
