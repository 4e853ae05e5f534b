import { describe, expect, it } from 'vitest';
import { Drive, hear, standing, told } from './drive.ts';

const on = (csq: number) => (at: number) => ({
  speed: 78 + (at % 50) / 10,
  wheels: 80,
  east: at * 22,
  volts: 14,
  csq: csq + (at % 3),
});
const begun = (): Drive => new Drive().login().report(1200, 10, on(23));

describe('signal that falls at once to next to nothing', () => {
  it('and stays so for a quarter of an hour on the road has lost its antenna, though the link holds', () => {
    expect(told(hear(begun().report(1500, 10, on(2)).records).findings)).toEqual(['T302 raised 2']);
  });

  it('and is better behind the next hill was a shadow', () => {
    const shadow = begun().report(600, 10, on(2)).report(1500, 10, on(20));
    expect(hear(shadow.records).findings).toEqual([]);
  });

  it('and stays so where the vehicle stands may be the network’s', () => {
    const still = { acc: false, speed: 0, wheels: 0, east: 1200 * 22, volts: 12.6, csq: 3 };
    expect(hear(begun().report(3600, 10, still).records).findings).toEqual([]);
  });

  it('is one matter, however often the link goes with it', () => {
    const drive = begun();
    for (let n = 0; n < 4; n++) {
      const from = drive.now;
      drive.silence(100).login();
      drive.stored(from + 10, drive.now, 10, on(2)).report(700, 10, on(2));
    }
    const raised = hear(drive.records).findings.filter(({ code, stage }) => code === 'T302' && stage === 'raised');
    expect(raised).toHaveLength(1);
    expect(standing(hear(drive.records).findings)).toContain('T302 raised');
  });
});
