/** `xingji commission` as an installer calls it, over pairs of pseudo-terminals, against terminals that are right and wrong. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deed } from '../../gateway/commission/step.ts';
import { HANDS } from '../gateway/commission/hands.ts';
import { missing } from './support/servers.ts';

const BIN = join(import.meta.dirname, '../../bin/xingji.ts');
const PHONE = '13800000077';
const FACTS = [
  {
    kind: 'archive',
    fact: {
      id: 'V1',
      vehicle: 'V1',
      plate: '云A12345',
      plateColor: 'blue',
      vin: 'LXJTEST0000000001',
      division: '530102',
      unit: '昆明市机关事务局',
      terminal: PHONE,
      iccid: '89860000000000000042',
    },
  },
  {
    kind: 'workOrder',
    fact: {
      id: 'WO-1',
      kind: 'install',
      terminal: PHONE,
      plate: '云A12345',
      from: '2026-01-01T00:00:00+08:00',
      until: '2099-01-01T00:00:00+08:00',
    },
  },
];
const TEMPLATE = {
  name: '昆明',
  units: ['昆明市机关事务局'],
  server: 'jt808.example.cn:8808',
  params: { heartbeatInterval: 30, defaultReportInterval: 10 },
};
/** As a workshop left it, and switched on a while ago. */
const GOOD =
  'set plateNumber=云A12345 plateColor=blue provinceId=53 cityId=102 vin=LXJTEST0000000001 iccid=89860000000000000042 mainServerAddress=jt808.example.cn:8808';
let folder: string;

interface StepLine {
  readonly type: string;
  readonly step: string;
  readonly state: string;
  readonly findings: readonly { readonly code: string; readonly means: string; readonly do: string }[];
}

interface Run {
  readonly code: number;
  readonly steps: readonly StepLine[];
  /** The last line. */
  readonly record: string;
  readonly records: string;
  readonly stderr: string;
}

async function text(child: ChildProcess, stream: 'stdout' | 'stderr', heard?: (line: string) => void): Promise<string> {
  let all = '';
  let rest = '';
  for await (const chunk of child[stream]!) {
    all += String(chunk);
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop()!;
    for (const line of lines) heard?.(line);
  }
  return all;
}

/** A terminal of which `faults` were done, and the tool that is called to it. */
async function commission(name: string, faults: readonly string[], flags: readonly string[] = []): Promise<Run> {
  const at = (file: string): string => join(folder, `${name}-${file}`);
  const simulate = ['simulate', `--pty=${at('tty')}`, `--first-phone=${PHONE}`, '--profile=E'];
  const terminal = spawn(process.execPath, [BIN, ...simulate], { stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    terminal.stdin.write([GOOD, ...faults, 'awake', ''].join('\n'));
    while (!existsSync(at('tty'))) {
      expect(terminal.exitCode).toBeNull();
      await delay(50);
    }
    const args = ['--serial', at('tty'), '--baud=115200', '--order=WO-1', `--facts=${join(folder, 'facts.jsonl')}`];
    const files = [
      `--template=${join(folder, 'template.json')}`,
      `--keys=${join(folder, 'keys')}`,
      `--out=${at('records')}`,
    ];
    const tool = spawn(
      process.execPath,
      [BIN, 'commission', ...args, ...files, '--yes', '--json', '--lang=en', ...flags],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const exit = once(tool, 'exit') as Promise<[number]>;
    const hand = (line: string): void => {
      const { deed = '' } = line.startsWith('{') ? (JSON.parse(line) as { deed?: string }) : {};
      if (deed in HANDS) terminal.stdin.write(`${HANDS[deed as Deed]}\n`);
    };
    const [[code], stdout, stderr] = await Promise.all([exit, text(tool, 'stdout'), text(tool, 'stderr', hand)]);
    const lines = stdout.trimEnd().split('\n');
    const record = lines.pop() ?? '';
    return { code, steps: lines.map((line) => JSON.parse(line) as StepLine), record, records: at('records'), stderr };
  } finally {
    if (terminal.exitCode === null) {
      terminal.kill();
      await once(terminal, 'exit');
    }
  }
}

async function verify(file: string): Promise<unknown> {
  const child = spawn(process.execPath, [BIN, 'commission', 'verify', file], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [unknown];
  return code;
}

const failed = ({ steps }: Run): string[] =>
  steps.flatMap(({ step, findings }) => findings.map(({ code }) => `${step} ${code}`));

describe.skipIf(missing('socat'))('an installer at a vehicle', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'xingji-commission-'));
    writeFileSync(join(folder, 'facts.jsonl'), FACTS.map((fact) => `${JSON.stringify(fact)}\n`).join(''));
    writeFileSync(join(folder, 'template.json'), JSON.stringify(TEMPLATE));
    // One key for all: made by whoever comes first.
    await commission('first', []);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.concurrent('passes a good terminal with every drill, and leaves a record that nobody can alter unseen', {
    timeout: 120_000,
  }, async () => {
    const run = await commission('good', [], ['--drills=all']);
    expect(failed(run), run.stderr).toEqual([]);
    const states = Object.fromEntries(run.steps.map(({ step, state }) => [step, state]));
    expect(states).toMatchObject({
      drillPower: 'passed',
      drillAntenna: 'passed',
      drillCase: 'passed',
      camera: 'passed',
    });
    expect(states).toMatchObject({ roundTrip: 'skipped', lifeCycle: 'skipped' });
    expect(run.code).toBe(0);
    const [page, json] = readdirSync(run.records).toSorted();
    expect([page, json].map((file) => file!.split('.').at(-1))).toEqual(['html', 'json']);
    const line = join(folder, 'line.json');
    writeFileSync(line, run.record);
    const altered = join(folder, 'altered.json');
    const whole = readFileSync(join(run.records, json!), 'utf8');
    writeFileSync(altered, whole.replace('"installer": "', '"installer": "not '));
    expect(await Promise.all([verify(join(run.records, json!)), verify(line), verify(altered)])).toEqual([0, 0, 1]);
  });

  it.concurrent.each([
    ['no BeiDou', 'set systems=gps', ['device no-beidou-module', 'gnss no-beidou']],
    ['its antenna open', 'unplug-antenna', ['gnss antenna-open']],
    ["another vehicle's plate", 'set plateNumber=云B99999', ['identity wrong-plate']],
    ["another's server", 'set mainServerAddress=other.example.com:7611', ['parameters wrong-server']],
    ['its ACC wire tied', 'tie-acc', ['acc acc-tied']],
    ['a flat backup battery', 'charge 5', ['power backup-flat']],
    ['the SIM of another order', 'set iccid=89860000000000000099', ['device other-iccid']],
    ['its clock off', 'clock 600', ['clock clock-off']],
  ])('catches a terminal that has %s, and says what to do', { timeout: 120_000 }, async (name, fault, expected) => {
    const run = await commission(name.replaceAll(/\W/g, ''), [fault]);
    expect(failed(run), run.stderr).toEqual(expected);
    expect(run.code).toBe(1);
    const [finding] = run.steps.flatMap(({ findings }) => findings);
    expect([finding!.means, finding!.do]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
    expect(JSON.parse(run.record)).toMatchObject({ type: 'record', outcome: 'failed' });
  });
});
