import { describe, expect, it } from 'vitest';
import { Fleet } from '../../../../gateway/fold/detect/fleet.ts';
import { Skies } from '../../../../gateway/fold/detect/skies.ts';
import { Terminal } from '../../../../gateway/fold/detect/terminal.ts';
import { Drive, hear, standing, START, told } from './drive.ts';

const NOON = 200_000_000;
const CELL = 'cell:1:1';

/** A place of ten, of which each was heard at noon. */
function place(): { fleet: Fleet; members: Terminal[] } {
  const fleet = new Fleet();
  const members = Array.from({ length: 10 }, (_, n) => new Terminal(`1391234560${n}`));
  for (const t of members) {
    t.groupCell = CELL;
    t.lastRx = NOON;
    fleet.join(t);
  }
  return { fleet, members };
}

const A = 0;
const OTHERS = [1, 2, 3, 4, 5, 6, 7];

describe('company in silence', () => {
  const lost = (count: number) => {
    const { fleet, members } = place();
    for (const n of [A, ...OTHERS].slice(0, count + 1)) fleet.lose(members[n]!);
    return fleet.witness(members[A]!, NOON, NOON + 150);
  };

  it('says the more, the more of it there is', () => {
    expect(lost(0)).toBeUndefined();
    const [one, three] = [lost(1)!, lost(3)!];
    expect([one.kind, three.kind]).toEqual(['some', 'some']);
    expect(three.strength).toBeGreaterThan(one.strength + 200);
    expect(lost(7)).toMatchObject({ kind: 'burst', strength: 1000 });
  });

  it('is who is dark already, where an outage goes on that one drives into, and nobody who is back', () => {
    const { fleet, members } = place();
    OTHERS.slice(0, 4).forEach((n, i) => {
      members[n]!.lastRx = NOON - 1200 + 100 * i;
      fleet.lose(members[n]!);
    });
    const self = members[A]!;
    fleet.lose(self);
    expect(fleet.witness(self, NOON, NOON + 150)).toMatchObject({ kind: 'some', lost: 4 });
    for (const n of OTHERS.slice(0, 4)) fleet.restore(members[n]!, members[n]!.lastRx, NOON + 160);
    expect(fleet.witness(self, NOON, NOON + 170)).toBeUndefined();
  });

  it('is not one that comes and goes', () => {
    const { fleet, members } = place();
    const [self, other] = [members[0]!, members[1]!];
    for (let n = 0; n < 5; n++) {
      other.lastRx = NOON - 300 + 60 * n;
      fleet.lose(other);
      fleet.restore(other, other.lastRx, other.lastRx + 40);
    }
    fleet.lose(self);
    expect(fleet.witness(self, NOON, NOON + 150)?.lost).toBe(1);
  });

  it('of one that calls each half hour is whoever was lost before it was due again', () => {
    const { fleet, members } = place();
    const self = members[A]!;
    Object.assign(self, { stillSince: NOON - 3600, everyOff: 18_000 });
    for (const n of OTHERS.slice(0, 4)) {
      members[n]!.lastRx = NOON + 600 + 60 * n;
      fleet.lose(members[n]!);
    }
    fleet.lose(self);
    expect(fleet.witness(self, NOON, NOON + 2400)).toMatchObject({ kind: 'some', lost: 4 });
    self.everyOff = 600;
    expect(fleet.witness(self, NOON, NOON + 2400)).toBeUndefined();
  });

  it('of one that calls each half hour is the outage that the others were in, and are back from', () => {
    const { fleet, members } = place();
    const [sleeper, ...others] = [members[A]!, ...OTHERS.map((n) => members[n]!)];
    Object.assign(sleeper, { stillSince: NOON - 3600, everyOff: 18_000 });
    for (const t of others) {
      t.lastRx = NOON + 900;
      fleet.lose(t);
    }
    expect(fleet.witness(others[0]!, NOON + 900, NOON + 1100)?.kind).toBe('burst');
    for (const t of others) {
      fleet.restore(t, NOON + 900, NOON + 1500);
      fleet.returned(t, NOON + 1500, true);
    }
    expect(fleet.witness(sleeper, NOON, NOON + 2400)).toMatchObject({ kind: 'over', overAt: NOON + 1500 });
  });

  it('is who comes back in the same minute, though nobody was lost with it', () => {
    const { fleet, members } = place();
    const back = NOON + 9000;
    const returns = (n: number, at: number): void => {
      members[n]!.lastRx = NOON + 1000 * n;
      fleet.lose(members[n]!);
      fleet.restore(members[n]!, members[n]!.lastRx, at);
    };
    returns(A, back);
    expect(fleet.reunion(members[A]!, back)).toBeUndefined();
    for (const n of [1, 2, 3]) returns(n, back + 10 * n);
    const three = fleet.reunion(members[A]!, back)!;
    expect(three).toMatchObject({ group: CELL, lost: 3 });
    expect(three.strength).toBeGreaterThan(600);
    returns(4, back + 1800);
    expect(fleet.reunion(members[4]!, back + 1800)).toBeUndefined();
    const again = new Fleet();
    again.restoreFrom(fleet.snapshot());
    expect(again.reunion(members[A]!, back)).toEqual(three);
  });

  it('is kept over a restart', () => {
    const { fleet, members } = place();
    for (const n of OTHERS.slice(0, 3)) fleet.lose(members[n]!);
    const again = new Fleet();
    again.restoreFrom(fleet.snapshot());
    expect(again.witness(members[A]!, NOON, NOON + 150)).toEqual(fleet.witness(members[A]!, NOON, NOON + 150));
  });
});

describe('company without a fix', () => {
  const at = (n: number, east: number): Terminal =>
    Object.assign(new Terminal(`1391234570${n}`), { latitude: 24_880_000, longitude: 102_830_000 + east });

  it('is who lost it lately and has none yet, beyond the edge of a cell too', () => {
    const skies = new Skies();
    const [self, near, far] = [at(0, 0), at(1, 30_000), at(2, 400_000)];
    for (const t of [near, far]) skies.lose(t, NOON - 1500);
    skies.lose(self, NOON);
    expect(skies.around(self, NOON)).toBe(1);
    skies.regain(near, 0);
    expect(skies.around(self, NOON)).toBe(0);
    expect(skies.around(self, NOON, { before: 1800 })).toBe(1);
  });

  it('is a whole region that loses it within minutes, its own place left out, and is no surprise where as many do all the time', () => {
    const skies = new Skies();
    const self = at(0, 0);
    for (let n = 1; n <= 8; n++) skies.lose(at(n % 10, 100_000 + n * 10_000), NOON + 10 * n);
    skies.lose(at(9, 10_000), NOON);
    const { lost, nats } = skies.farAround(self, NOON, 100);
    expect(lost).toBe(8);
    expect(nats).toBeGreaterThan(8);
    const again = new Skies();
    again.restore(skies.snapshot());
    expect(again.farAround(self, NOON, 100)).toEqual({ lost, nats });
    expect(skies.farAround(self, NOON, 20_000).nats).toBe(0);
    for (let n = 1; n <= 120; n++) skies.lose(at(n % 10, 100_000), NOON - 300 - 20 * n);
    expect(skies.farAround(self, NOON, 100).nats).toBeLessThan(8);
  });

  it('is known from what an earlier version kept', () => {
    const skies = new Skies();
    skies.lose(at(1, 30_000), NOON);
    const { cells: kept } = JSON.parse(skies.snapshot()) as { cells: [string, Record<string, unknown>][] };
    for (const [, sky] of kept) for (const list of ['losses', 'denials', 'suspects']) delete sky[list];
    const again = new Skies();
    again.restore(JSON.stringify(kept));
    again.lose(at(2, 30_000), NOON);
    expect(again.around(at(0, 0), NOON)).toBe(2);
  });
});

describe('a habit', () => {
  const parked = { acc: false, volts: 12.6, csq: 24 };
  const driving = (at: number) => ({
    speed: 36 + (at % 50) / 10,
    wheels: 38,
    east: at * 10.5,
    volts: 14,
    csq: 23 + (at % 3),
  });

  it('of calling by the hour allows for one call that went amiss', () => {
    const nights = new Drive().login().report(1200, 10, driving);
    for (let n = 0; n < 6; n++) nights.report(120, 60, parked).closed('ended').silence(3480).login();
    const drive = nights.report(120, 60, parked).closed('ended').wait(7200, 120);
    expect(told(hear(drive.records).findings).filter((one) => one.startsWith('T'))).toEqual([]);
  });

  it('of saying that there is no signal tells little of a card', () => {
    const silent = (drive: Drive, inside: object): Drive => {
      const from = drive.now;
      drive.wait(6000).login();
      drive.stored(from + 30, from + 5950, 60, () => ({ ...parked, csq: 99, ...inside }));
      return drive.report(900, 60, parked);
    };
    const start = () => new Drive().login().report(1200, 10, driving);
    const card = (drive: Drive): string[] =>
      standing(hear(drive.records).findings).filter((one) => one.startsWith('T302'));
    const out = (drive: Drive): Drive => silent(drive.report(600, 60, parked), {});
    expect(card(out(start()))).toEqual(['T302 confirmed']);
    expect(card(out(silent(start(), { fixed: false })))).toEqual([]);
  });
});

describe('an area without satellites', () => {
  const way = (at: number) => ({ speed: 48 + (at % 50) / 10, wheels: 48, east: at * 13, volts: 14 });
  /** Twenty in the place; those of these numbers have no fix for so long, one after the other. */
  const entered = (numbers: readonly number[], seconds = 360) =>
    Array.from({ length: 20 }, (_, n) => {
      const from = 1200 + 480 * numbers.indexOf(n);
      const dark = (at: number): boolean => numbers.includes(n) && at > from && at <= from + seconds;
      const says = (at: number) => ({ ...way(at % 600), fixed: !dark(at) });
      return new Drive(String(13_912_345_600 + n)).login().report(4800, 10, says).records;
    })
      .flat()
      .toSorted((a, b) => a.receivedAt - b.receivedAt);
  const toldOf = (numbers: readonly number[], n: number): number[] =>
    hear(entered(numbers))
      .findings.filter(({ axis, terminal }) => axis === 'gnss' && terminal === String(13_912_345_600 + n))
      .map(({ severity }) => severity);

  it('is met by those who drive into it when others have left it again', () => {
    const numbers = [0, 1, 2, 3, 4];
    expect(Math.max(...toldOf(numbers, 0))).toBe(3);
    expect(Math.max(0, ...toldOf(numbers, 3))).toBeLessThanOrEqual(1);
    expect(Math.max(0, ...toldOf(numbers, 4))).toBeLessThanOrEqual(1);
  });

  it('is what the first of them met too, as comes out when others do', () => {
    const { findings } = hear(entered([0, 1, 2, 3], 1500));
    const first = findings.filter(({ axis, terminal }) => axis === 'gnss' && terminal === '13912345600');
    expect(Math.max(...first.map(({ severity }) => severity))).toBe(3);
    expect(first.at(-1)).toMatchObject({ stage: 'cleared', reason: 'N604' });
  });

  it('is none where nobody else has been', () => {
    expect(Math.max(...toldOf([3], 3))).toBe(3);
  });
});

describe('silences that end in the same minute', () => {
  const parked = { acc: false, volts: 12.6, csq: 24 };
  const town = (at: number) => ({ speed: 38 + (at % 50) / 10, wheels: 38, east: at * 10.5, volts: 14, csq: 23 });
  /** Six, lost one after the other, hours apart; all had no network in what they stored, and fixes. The last one's verdict. */
  const verdictOn = (others: number): string[] => {
    const back = 24_000;
    const records = Array.from({ length: 6 }, (_, n) => {
      const drive = new Drive(`1391234560${n}`)
        .login()
        .report(1200, 10, town)
        .report(2400 + 3000 * n, 60, parked);
      const from = drive.now;
      if (n < 5 - others) return drive.report(back + 600 - from, 60, parked).records;
      drive.wait(back - from).login();
      drive.stored(from + 60, back, 60, () => ({ ...parked, csq: 99 }));
      return drive.report(120, 60, parked).wait(60).records;
    });
    const { findings } = hear(records.flat().toSorted((a, b) => a.receivedAt - b.receivedAt));
    // What is said later is of the end of the records.
    const until = START + (back + 180) * 1000;
    return standing(findings.filter(({ terminal, at }) => terminal === '13912345605' && at < until));
  };

  it('ended for the same reason, and no card was out', () => {
    expect(verdictOn(0)).toEqual(['T302 confirmed']);
    expect(verdictOn(5)).toEqual([]);
  });
});
