import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../protocol/index.ts';
import { processClock } from '../../../simulator/cli/process-clock.ts';
import {
  CHECKS,
  conform,
  type ConformanceOptions,
  isConformant,
  type Outcome,
} from '../../../simulator/conformance/run.ts';
import { formatEnd, formatOutcome, countsOf, outcomeJson } from '../../../simulator/conformance/table.ts';
import { tcpDialer } from '../../../simulator/link/tcp.ts';
import { udpDialer } from '../../../simulator/link/udp.ts';
import { gatewayHere, temporaryFolder } from '../../support/gateway.ts';
import { type Heard, ScriptedPlatform, type Verdict } from '../support/scripted-platform.ts';

const OPTIONS: ConformanceOptions = {
  revisions: [2011, 2013, 2019],
  firstPhone: 13_800_000_001,
  answerMs: 10_000,
  patienceMs: 30_000,
  startAt: Date.parse('2026-01-05T08:00:00+08:00'),
  datagram: false,
};

async function walked(walk: AsyncIterable<Outcome>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for await (const outcome of walk) outcomes.push(outcome);
  return outcomes;
}

/** On virtual time, which goes on whenever nobody has anything to do. */
async function walkedAgainst(script: (heard: Heard) => Verdict): Promise<Map<string, Outcome>> {
  const clock = new VirtualClock();
  const dialer = new ScriptedPlatform(clock, script);
  const run = { over: false };
  const walk = walked(conform({ ...OPTIONS, revisions: [2013] }, { clock, dialer })).finally(() => {
    run.over = true;
  });
  while (!run.over) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(20);
  }
  return new Map((await walk).map((outcome) => [outcome.check.id, outcome]));
}

function withVerdict(outcomes: ReadonlyMap<string, Outcome>, wanted: string): string[] {
  return [...outcomes].flatMap(([id, { verdict }]) => (verdict === wanted ? [id] : []));
}

describe('the gateway, walked through the standard', () => {
  const folder = temporaryFolder();
  let gateway: Awaited<ReturnType<typeof gatewayHere>>;
  let at: [string, number];

  beforeAll(async () => {
    gateway = await gatewayHere(folder.path);
    const [host = '', port = ''] = gateway.ready.jt808.split(':');
    at = [host, Number(port)];
  });
  afterAll(async () => {
    await gateway.stop();
    folder.remove();
  });

  // Each edition waits for the gateway to ask for a missing part, so they are walked side by side.
  it('fails nothing and is warned of nothing, in any edition, over TCP and UDP', { timeout: 120_000 }, async () => {
    const clock = processClock();
    const byTcp = OPTIONS.revisions.map((one) =>
      walked(
        conform(
          { ...OPTIONS, revisions: [one], firstPhone: 13_800_000_000 + one },
          { clock, dialer: tcpDialer(...at) },
        ),
      ),
    );
    const options = { ...OPTIONS, revisions: [2019] as const, datagram: true };
    const byUdp = walked(conform(options, { clock, dialer: udpDialer(...at) }));
    const overTcp = (await Promise.all(byTcp)).flat();
    const other = overTcp.filter(({ verdict }) => verdict !== 'pass');
    expect(other.map((outcome) => formatOutcome(outcome, 'en'))).toEqual([]);
    expect(overTcp.length).toBe(
      OPTIONS.revisions.flatMap((one) => CHECKS.filter(({ revisions }) => revisions?.includes(one) !== false)).length,
    );
    const notPassed = (await byUdp).filter(({ verdict }) => verdict !== 'pass');
    expect(notPassed.filter(({ check }) => check.stream !== true).map((one) => formatOutcome(one, 'en'))).toEqual([]);
  });

  it('can be begun again where a walk was broken off', async () => {
    const dialer = tcpDialer(...at);
    for (let round = 0; round < 2; round++) {
      const walk = conform({ ...OPTIONS, revisions: [2013] }, { clock: processClock(), dialer });
      const first = await walk.next();
      expect(first.value?.verdict).toBe('pass');
      await walk.return();
    }
  });
});

describe('a platform that', () => {
  it('lets anybody in and calls everything a success is told so', async () => {
    const outcomes = await walkedAgainst(() => 0);
    const failed = withVerdict(outcomes, 'fail');
    expect(failed).toEqual(
      expect.arrayContaining(['registration-malformed', 'wrong-code', 'stranger', 'unknown-message', 'malformed-body']),
    );
    expect(failed).not.toContain('report');
    // Pictures are not answered by 0x8001.
    expect(failed).toContain('media');
    expect(withVerdict(outcomes, 'warn')).toContain('report-before-login');
    expect(isConformant([...outcomes.values()])).toBe(false);
  });

  it('says nothing at all fails where it begins; the rest is left out', async () => {
    const outcomes = await walkedAgainst(() => 'silence');
    expect(outcomes.get('registration')).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining('no answer'),
    });
    expect(outcomes.get('report')).toMatchObject({ verdict: 'skip' });
    expect(outcomes.get('takeover')).toMatchObject({ verdict: 'skip' });
  });

  it('knows no such terminal says why with its result', async () => {
    const outcomes = await walkedAgainst(({ id }) => (id === 0x0100 ? 4 : 1));
    expect(outcomes.get('registration')?.detail).toContain('enter it at the platform');
    expect(outcomes.get('heartbeat')).toMatchObject({ verdict: 'skip', detail: expect.stringContaining('result 4') });
  });

  it('hangs up on what it does not know fails there only', async () => {
    const outcomes = await walkedAgainst(({ id }) => (id === 0x0f7f ? 'close' : 0));
    expect(outcomes.get('unknown-message')).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining('the link was closed'),
    });
    expect(outcomes.get('heartbeat')?.verdict).toBe('pass');
  });

  it('does not answer what is repeated fails that', async () => {
    const seen = new Set<string>();
    const outcomes = await walkedAgainst(({ id, serial, body }) => {
      const key = `${id} ${serial} ${Buffer.from(body).toString('hex')}`;
      const again = id === 0x0200 && seen.has(key);
      seen.add(key);
      return again ? 'silence' : 0;
    });
    expect(withVerdict(outcomes, 'fail')).toEqual(expect.arrayContaining(['repeated', 'repeated-later']));
  });
});

describe('what came of it', () => {
  const check = CHECKS.find(({ id }) => id === 'bad-check')!;
  const outcome: Outcome = { check, revision: 2019, verdict: 'fail', detail: 'taken for a report' };

  it('is said in both languages, with the clause', () => {
    expect(formatOutcome(outcome, 'zh')).toBe(
      '不符  2019  bad-check                  校验码错误的帧不被接收，连接继续  [4.4.4]\n            taken for a report',
    );
    expect(formatOutcome(outcome, 'en')).toContain('FAIL  2019  bad-check');
    expect(formatEnd(countsOf([outcome]), 'zh')).toContain('不符 1');
    expect(formatEnd(countsOf([]), 'en')).toContain('nothing failed');
    expect(outcomeJson(outcome)).toMatchObject({ id: 'bad-check', verdict: 'fail', clause: '4.4.4', level: 'must' });
  });

  it('has a name of its own for each check', () => {
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
  });
});
