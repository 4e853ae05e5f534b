import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../simulator/fleet/html-report.ts';
import { summarise } from '../../../simulator/fleet/report.ts';
import { Tally } from '../../../simulator/fleet/tally.ts';
import { Timeline } from '../../../simulator/fleet/timeline.ts';

function tallyOf(made: number): Tally {
  const tally = new Tally();
  Object.assign(tally, { made, sent: made, acknowledged: made, online: 3, mostOnline: 3 });
  for (let i = 0; i < made; i++) tally.latency.record(4);
  return tally;
}

describe('the page of a run', () => {
  const timeline = new Timeline();
  timeline.look(tallyOf(10), 1);
  timeline.look(tallyOf(40), 2);
  const tally = tallyOf(40);
  tally.error('<closed & "gone">');
  const run = { target: 'tcp://127.0.0.1:8808', terminals: 3, seed: '1', seconds: 2 };
  const page = htmlReport(summarise(tally, run), { latency: tally.latency, timeline });

  it('shows rates, terminals, latencies and errors, and needs nothing from elsewhere', () => {
    expect(page.match(/<svg /g)?.length).toBe(4);
    expect(page).not.toMatch(/<script|<link|src=|href=|@import|url\(/);
    expect(page).toContain('tcp://127.0.0.1:8808');
    // All latencies are 4 ms: one bar, of those below 5.
    expect(page).toContain('<title>&lt;5: 40</title>');
  });

  it('lets nothing that a platform says become markup', () => {
    expect(page).not.toContain('<closed');
    expect(page).toContain('&#60;closed &#38; &#34;gone&#34;&#62;');
  });

  it('says so where acknowledged reports never arrived', () => {
    const arrivals = [{ at: 'mqtt://127.0.0.1:1883', arrived: 38, missing: 2 }];
    const summary = summarise(tally, { ...run, arrivals });
    expect(summary.ok).toBe(false);
    expect(htmlReport(summary, { latency: tally.latency, timeline })).toContain(
      '38 at mqtt://127.0.0.1:1883, 2 missing',
    );
  });
});

describe('the moments of a run', () => {
  it('are rates since the moment before', () => {
    const timeline = new Timeline();
    timeline.look(tallyOf(10), 1);
    timeline.look(tallyOf(40), 3);
    expect(timeline.moments.map(({ made }) => made)).toEqual([10, 15]);
  });

  it('stay few however long it takes', () => {
    const timeline = new Timeline();
    for (let second = 1; second <= 20_000; second++) timeline.look(tallyOf(0), second);
    expect(timeline.moments.length).toBeLessThan(1200);
    expect(timeline.moments.at(-1)?.second).toBeGreaterThan(19_900);
  });
});

describe('a tally', () => {
  it('adds up with those of other processes', () => {
    const all = new Tally();
    const [one, other] = [tallyOf(10), tallyOf(30)];
    one.error('dial ECONNREFUSED', 2);
    other.error('dial ECONNREFUSED');
    other.latency.record(1000);
    for (const part of [one, other]) all.add(structuredClone(part.snapshot()));
    expect([all.made, all.mostOnline, all.latency.count, all.latency.max]).toEqual([40, 6, 41, 1000]);
    expect(all.latency.quantile(0.5)).toBeCloseTo(4, 1);
    expect([...all.errors]).toEqual([['dial ECONNREFUSED', 3]]);
  });
});
