import { describe, expect, it } from 'vitest';
import { Drive, hear, type Says } from './drive.ts';

const HALF_DAY = 12 * 3600;

/** A story that begins at `from`, told by reports that say `more` besides. */
type Story = (from: number, more: Says) => Drive;

const town = (from: number, more: Says): Drive => {
  const drive = new Drive();
  drive.now = from;
  return drive.login().report(1200, 10, (at) => ({ ...road(at - from), ...more }));
};
const road = (at: number): Says => ({ speed: 38 + (at % 50) / 10, wheels: 38, east: at * 10.5, volts: 14, csq: 24 });
const parked: Says = { acc: false, volts: 12.6, east: 12_600 };

const STORIES: Readonly<Record<string, Story>> = {
  jammed: (from, more) => {
    const drive = town(from, more).wait(2000).login();
    drive.stored(from + 1210, from + 3200, 10, () => ({ speed: 38, wheels: 38, fixed: false, csq: 31, ...more }));
    return drive.report(120, 10, (at) => ({ ...road(at - from), ...more })).wait(60);
  },
  cut: (from, more) => {
    const drive = town(from, more).report(3600, 60, { ...parked, ...more });
    return drive.report(300, 60, { ...parked, alarms: [8], volts: 0, ...more });
  },
  blocked: (from, more) =>
    town(from, more).report(600, 10, (at) => ({ ...road(at - from), fixed: false, satellites: 0, ...more })),
};

/** What was said, with times from the beginning. */
function said(story: Story, from: number, more: Says = {}): string[] {
  const { findings } = hear(story(from, more).records);
  expect(findings.length).toBeGreaterThan(0);
  const began = findings[0]!.at;
  return findings.map(({ code, stage, severity, margin, at }) =>
    [code, stage, severity, margin, (at - began) / 1000].join(' '),
  );
}

describe.each(Object.entries(STORIES))('what is said of a terminal that was %s', (_name, story) => {
  it('is the same twelve hours later', () => {
    expect(said(story, HALF_DAY)).toEqual(said(story, 0));
  });

  it('is the same with items in its reports that nobody knows', () => {
    expect(said(story, 0, { strange: true })).toEqual(said(story, 0));
  });

  it('is the same when every record is heard twice', () => {
    const { records } = story(0, {});
    const once = hear(records);
    const again = hear(records, once.detector);
    expect(again.findings).toEqual([]);
  });
});
