import { describe, expect, it } from 'vitest';
import { ALARM_BITS, seededRandom } from '../../../protocol/index.ts';
import { incidentAt, newReading, World } from '../../../simulator/index.ts';

const START = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

describe('incidents', () => {
  it('befall about the share of minutes that was asked for, each within its minute', () => {
    let minutes = 0;
    for (let at = START; at < START + DAY_MS; at += 60_000) {
      const seen = new Set<string>();
      for (let second = 0; second < 60; second++) {
        const incident = incidentAt(7, 3, at + second * 1000, 0.2);
        if (incident === undefined) continue;
        seen.add(incident.kind);
        expect(incident.from).toBeGreaterThanOrEqual(at);
        expect(incident.until).toBeLessThanOrEqual(at + 60_000);
        expect(incident.until - incident.from).toBeGreaterThanOrEqual(15_000);
      }
      expect(seen.size).toBeLessThanOrEqual(1);
      minutes += seen.size;
    }
    expect(minutes / 1440).toBeGreaterThan(0.16);
    expect(minutes / 1440).toBeLessThan(0.24);
  });

  it('are the same for the same seed, and none where none are asked for', () => {
    for (let at = START; at < START + DAY_MS; at += 1000) expect(incidentAt(7, 3, at, 0)).toBeUndefined();
    expect(incidentAt(7, 3, START + 5000, 1)).toEqual(incidentAt(7, 3, START + 5000, 1));
  });

  it('show in what the sensors say: an alarm, or a receiver that stays where it saw the sky last', () => {
    const troubled = new World(seededRandom('incidents'), 1).vehicle(0);
    const seen = { power: false, blind: false };
    const reading = newReading();
    let before: { latitude: number; longitude: number } | undefined;
    for (let at = START; at < START + DAY_MS / 4; at += 1000) {
      troubled.read(at, reading);
      if (reading.alarm === 2 ** ALARM_BITS.mainPowerOff) seen.power = true;
      if (reading.positioned) {
        before = undefined;
        continue;
      }
      seen.blind = true;
      expect(reading.satellites).toBe(0);
      const { latitude, longitude } = reading;
      if (before !== undefined) expect({ latitude, longitude }).toEqual(before);
      before = { latitude, longitude };
    }
    expect(seen).toEqual({ power: true, blind: true });
  });
});
