import { describe, expect, it } from 'vitest';
import { Drive, hear, standing, told } from './drive.ts';

const OPEN = 5;
const town = (at: number) => ({
  speed: 38 + (at % 50) / 10,
  wheels: 38,
  east: at * 10.5,
  volts: 14,
  csq: 23 + (at % 3),
});
const blind = (at: number) => ({ ...town(at), fixed: false });
const road = (): Drive => new Drive().login().report(1200, 10, town);
const inOrder = (drives: readonly Drive[]) =>
  drives.flatMap(({ records }) => records).toSorted((a, b) => a.receivedAt - b.receivedAt);

/** Twelve vehicles lose the network for half an hour; the first of them is back `later` seconds after the others. */
function outage(later: number): string[] {
  const fleet = Array.from({ length: 12 }, (_, n) => {
    const drive = new Drive(`139123456${n + 10}`).login().report(1200, 10, town);
    const late = n === 0 ? later : 0;
    return drive
      .silence(1800 + late)
      .login()
      .report(7200 - late, 10, town);
  });
  const { findings } = hear(inOrder(fleet));
  return findings
    .filter(({ terminal, code }) => terminal === '13912345610' && code === 'T304')
    .map(({ stage }) => stage);
}

describe('an outage that all of a fleet shared', () => {
  it('excuses a straggler for a while', () => {
    expect(outage(600)).toEqual([]);
  });

  it('excuses nobody who stays away when all others have long been back', () => {
    expect(outage(5400)[0]).toBe('raised');
  });
});

describe('an outage that is over', () => {
  /** Twelve vehicles lose the network for two minutes; the first of them is lost for good `later` seconds after all are back. */
  const lostAfter = (later: number): string[] => {
    const fleet = Array.from({ length: 12 }, (_, n) => {
      const drive = new Drive(`139123456${n + 10}`).login().report(1200, 10, town).silence(120).login();
      return n === 0 ? drive.report(later, 10, town) : drive.report(2400, 10, town);
    });
    const { findings } = hear(inOrder(fleet));
    return findings
      .filter(({ code }) => code.startsWith('T'))
      .map(({ terminal, code, stage }) => `${terminal} ${code} ${stage}`);
  };

  it('excuses nobody who came back from it and is lost minutes later', () => {
    expect(lostAfter(180)).toEqual(['13912345610 T304 raised']);
  });

  it('excuses nobody who was among the first to come back from it, and went again', () => {
    const fast = (at: number) => ({ ...town(at), speed: 70 + (at % 50) / 10, wheels: 72 });
    const fleet = Array.from({ length: 12 }, (_, n) => {
      const drive = new Drive(`139123456${n + 10}`).login().report(1200, 10, fast);
      return n === 0
        ? drive.silence(60).login().report(20, 10, fast)
        : drive.silence(100).login().report(2400, 10, fast);
    });
    const { findings } = hear(inOrder(fleet));
    expect(standing(findings)).toEqual(['T304 raised']);
  });

  it('and begins anew is an outage again', () => {
    const fleet = Array.from({ length: 12 }, (_, n) => {
      const drive = new Drive(`139123456${n + 10}`).login().report(1200, 10, town);
      return drive.silence(90).login().report(120, 10, town).silence(900).login().report(1200, 10, town);
    });
    const { findings } = hear(inOrder(fleet));
    expect(findings.filter(({ code }) => code.startsWith('T'))).toEqual([]);
  });
});

describe('a straggler of an outage', () => {
  it('whose modem knew of no network had its card in all the same', () => {
    const fleet = Array.from({ length: 12 }, (_, n) => {
      const drive = new Drive(`139123456${n + 10}`).login().report(1200, 10, town);
      drive.silence(n === 0 ? 2700 : 1800).login();
      if (n === 0) drive.stored(1210, 3890, 10, (at) => ({ ...town(at), csq: 99 }));
      return drive.report(1800, 10, town);
    });
    const { findings } = hear(inOrder(fleet));
    expect(findings.filter(({ code, severity }) => code.startsWith('T') && severity >= 2)).toEqual([]);
  });
});

/** An hour of no network for nine of them; the last one was parked in the open and is not heard of again for an hour and a half. */
function nobodyHome(life: (drive: Drive) => Drive): string[] {
  const away = life(new Drive('13912345699').login());
  const from = away.now;
  const others = Array.from({ length: 8 }, (_, n) =>
    new Drive(`139123456${n + 10}`)
      .silence(from - 1200)
      .login()
      .report(1200, 60, { acc: false, volts: 12.6, csq: 24, east: 6000 + n * 20 })
      .silence(3600)
      .login()
      .report(5400, 60, { acc: false, volts: 12.6, csq: 24, east: 6000 + n * 20 }),
  );
  const { findings } = hear(inOrder([away.wait(9000), ...others]));
  return standing(findings.filter(({ terminal }) => terminal === '13912345699'));
}

describe('a parked vehicle that stays away after an outage', () => {
  const parked = { acc: false, volts: 12.6, csq: 24, east: 6300 };
  const out = (from: number) => (at: number) => ({ ...town(at), east: (at - from) * 10.5 });
  const stay = (drive: Drive): Drive => drive.report(1200, 10, out(drive.now)).report(7200, 60, parked);

  it('may have been driven to its own garage in it', () => {
    const garage = (drive: Drive): Drive => {
      const from = drive.now;
      drive.report(1200, 10, out(from)).wait(3600).login();
      drive.stored(from + 1210, from + 4800, 30, { acc: false, fixed: false, volts: 12.6, csq: 1 });
      return drive.report(600, 10, (at) => ({ ...town(at), east: 12_600 - (at - from - 4800) * 10.5 }));
    };
    expect(nobodyHome((drive) => stay(garage(garage(drive))))).toEqual([]);
  });

  it('is missed where it has none', () => {
    expect(nobodyHome(stay)).toEqual(['T304 raised']);
  });
});

describe('an outage of a place', () => {
  const parked = (n: number) => ({ acc: false, volts: 12.6, csq: 24, east: 12_600 + n * 20 });
  /** Six are driven out of it after half an hour; three stay in it, and are not heard for `lasts` seconds. */
  const place = (lasts: number): string[] => {
    const fleet = Array.from({ length: 9 }, (_, n) => {
      const drive = new Drive(`139123456${n + 10}`).login().report(1200, 10, town).report(2400, 60, parked(n));
      if (n < 3) return drive.wait(lasts).login().report(1200, 60, parked(n));
      return drive
        .silence(1800)
        .login()
        .report(9000, 10, (at) => ({ ...town(at), east: 20_000 + at * 10.5 }));
    });
    const { findings } = hear(inOrder(fleet));
    return findings.filter(({ code, severity }) => code === 'T304' && severity >= 2).map(({ terminal }) => terminal);
  };

  it('is not over for who stays in it when others have been driven out', () => {
    expect(place(5400)).toEqual([]);
  });
});

describe('a signal', () => {
  it('that is better on the road than in the yard where the link was lost is no jammer', () => {
    const yard = { acc: false, volts: 12.6, csq: 11, east: 12_600 };
    const drive = road().report(6 * 3600, 60, yard);
    const from = drive.now;
    drive.wait(1500).login();
    drive.stored(from + 600, from + 1500, 10, (at) => ({ ...town(at), csq: 24 }));
    const { findings } = hear(drive.report(300, 10, town).wait(60).records);
    expect(findings.flatMap(({ because }) => because.map(({ evidence }) => evidence))).not.toContain('B4');
  });
});

describe('satellites that the whole place loses at once', () => {
  it('are nobody’s jammer, however long it lasts', () => {
    const fleet = Array.from({ length: 8 }, (_, n) =>
      new Drive(`139123456${n + 10}`).login().report(1200, 10, town).report(600, 10, blind).report(300, 10, town),
    );
    const { findings } = hear(inOrder(fleet));
    expect(findings.filter(({ code, severity }) => code.startsWith('T') && severity >= 2)).toEqual([]);
  });
});

describe('an antenna on a loose contact', () => {
  it('explains what is missing of satellites meanwhile', () => {
    const drive = road();
    for (let n = 0; n < 10; n++) {
      drive.report(30, 10, (at) => ({ ...blind(at), alarms: [OPEN] })).report(50, 10, town);
    }
    expect(standing(hear(drive.records).findings).map((one) => one.slice(0, 4))).toEqual(['F502']);
  });
});

describe('a silence of a minute', () => {
  it('with a saturated signal in what was stored is a jammer in pulses', () => {
    const drive = road();
    for (let n = 0; n < 3; n++) {
      const from = drive.now;
      drive.silence(65).login();
      drive.stored(from + 10, from + 60, 10, (at) => ({ ...town(at), csq: 31 })).report(180, 10, town);
    }
    expect(standing(hear(drive.records).findings)[0]).toMatch(/^T301/);
  });
});

describe('a few records of the beginning of a long silence', () => {
  it('do not tell of the rest of it', () => {
    const back = (at: number) => ({ ...town(at), east: 60_000 + at * 10.5 });
    const drive = road().wait(3000).login({ boots: true });
    drive.stored(1210, 1250, 10, (at) => ({ ...town(at), csq: 24 }));
    expect(standing(hear(drive.report(120, 10, back).wait(60).records).findings)).toEqual([
      'T102 confirmed',
      'T305 raised',
    ]);
  });

  it('do not, where more were stored before it died, and do where nothing had to boot', () => {
    const later = (boots: boolean): string[] => {
      const drive = road().wait(3600).login({ boots });
      drive.stored(1210, 1600, 10, (at) => ({ ...town(at), csq: 24 }));
      const back = (at: number) => ({ ...town(at), east: 60_000 + at * 10.5 });
      return standing(hear(drive.report(120, 10, back).wait(60).records).findings);
    };
    expect(later(true)).toEqual(['T102 confirmed', 'T305 raised']);
    expect(later(false).some((one) => one.startsWith('T102'))).toBe(false);
  });
});

describe('a parked terminal that reports later than it used to', () => {
  it('is asked for its parameters, and accused of nothing', () => {
    const parked = { acc: false, east: 12_600, volts: 12.6, csq: 24 };
    const drive = road().report(3600, 60, parked);
    for (let n = 0; n < 60; n++) drive.silence(60).heartbeat();
    const { findings, probes } = hear(drive.records);
    expect(told(findings)).toEqual([]);
    expect(probes.at(-1)?.type).toBe('queryGivenTerminalParameters');
    expect(probes.at(-1)!.at).toBeGreaterThan(drive.records[0]!.receivedAt + 4800 * 1000);
  });
});
