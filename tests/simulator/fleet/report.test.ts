import { describe, expect, it } from 'vitest';
import { CHINESE_NAMES, formatSummary, rowsOf, summarise } from '../../../simulator/fleet/report.ts';
import { Tally } from '../../../simulator/fleet/tally.ts';

const RUN = { target: 'tcp://127.0.0.1:8808', terminals: 20_000, seed: '1', seconds: 60 };
const ARRIVAL = { at: 'mqtt://127.0.0.1:1883', arrived: 90, missing: 10 };

function tallyOf(counts: Partial<Tally>): Tally {
  return Object.assign(new Tally(), counts);
}

describe('the summary of a run', () => {
  it('says that all is well when everything that was made was acknowledged and arrived', () => {
    const tally = tallyOf({ made: 1234, sent: 1234, acknowledged: 1234, mostOnline: 20_000 });
    const summary = summarise(tally, { ...RUN, arrivals: [{ ...ARRIVAL, missing: 0 }] });
    expect(summary).toMatchObject({ ok: true, reportsPerSecond: 21, unacknowledged: 0, unsent: 0 });
    expect(formatSummary(summary)).toContain('connected       20,000 / 20,000');
    expect(formatSummary(summary).endsWith('ok: every report was acknowledged')).toBe(true);
    expect(formatSummary(summary, 'zh').endsWith('通过：全部汇报均已应答')).toBe(true);
  });

  it('is no success where nobody was let in, even if nothing was to be reported yet', () => {
    const summary = summarise(tallyOf({}), RUN);
    expect(summary.ok).toBe(false);
    expect(formatSummary(summary)).toContain('failed: no terminal was let in');
  });

  it('names everything that is missing, in either language', () => {
    const tally = tallyOf({ made: 100, sent: 95, acknowledged: 90, mostOnline: 7 });
    tally.storms.begin(20, 500);
    tally.error('link reset', 3);
    const summary = summarise(tally, { ...RUN, arrivals: [ARRIVAL] });
    expect(summary.ok).toBe(false);
    expect(summary.storms).toEqual([{ second: 20, dropped: 500, recovered: null }]);
    const english =
      '5 sent and never acknowledged, 5 never sent, 10 acknowledged and never arrived at mqtt://127.0.0.1:1883';
    expect(formatSummary(summary)).toContain(`failed: ${english}`);
    expect(formatSummary(summary)).toContain('500 dropped at 20 s, never all back');
    const chinese = '5 条已发未应答，5 条从未发出，10 条已应答但未到达 mqtt://127.0.0.1:1883';
    expect(formatSummary(summary, 'zh')).toContain(`未通过：${chinese}`);
    for (const [name] of rowsOf(summary)) expect(Object.keys(CHINESE_NAMES)).toContain(name);
  });
});
