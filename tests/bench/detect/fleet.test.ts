import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { judgeFleet, playFleet } from '../../../bench/detect/fleet-bed.ts';
import { fleetReportOf, formatFleetReport } from '../../../bench/detect/fleet-report.ts';
import { CATALOGUE, readScenarios } from '../../../simulator/index.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
// Whole runs: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 });

describe('bed F', () => {
  test('plays vehicles through a day, the same when it is played again', async () => {
    const options = { file, seed: 't', first: 0, vehicles: 2, days: 1, season: 0, actsPerYear: 0 };
    const [once, again] = [await playFleet(options), await playFleet(options)];
    expect(once).toEqual(again);
    expect(once.frames).toBeGreaterThan(1000);
    expect(once.vehicleYears).toBeCloseTo(2 / 365, 8);
    expect(once.acts).toEqual([]);
  });

  test('judges a district that was kept as when it was played', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'fleet-'));
    const keep = join(directory, 'one');
    const played = await playFleet({
      file,
      seed: 't',
      first: 0,
      vehicles: 3,
      days: 4,
      season: 0,
      actsPerYear: 200,
      keep,
    });
    expect(played.acts.length).toBeGreaterThan(0);
    expect(played.accusations.length).toBeGreaterThan(0);
    expect(judgeFleet(keep)).toEqual(played);
    rmSync(directory, { recursive: true });
  });

  test('counts what was false by severity, and what was planted or grey apart', () => {
    const base = { id: 'E1', terminal: '1', at: 0, surviving: false, confirmed: false, cause: 'garage' } as const;
    const shown = { profile: 'A', because: '4.2 over DZ: R1 2' };
    const report = fleetReportOf(
      [
        {
          vehicles: 10,
          days: 365,
          vehicleYears: 10,
          frames: 5,
          acts: [
            { what: 'card pulled', severity: 3 },
            { what: 'card pulled', severity: 0 },
            { what: 'card pulled', severity: 4 },
            { what: 'antenna cut', severity: 2 },
          ],
          grey: 2,
          accusations: [
            { ...base, ...shown, code: 'T304', severity: 2, truth: 'false' },
            {
              ...base,
              ...shown,
              id: 'E2',
              code: 'T304',
              severity: 3,
              confirmed: true,
              surviving: true,
              truth: 'false',
            },
            { ...base, ...shown, code: 'T101', severity: 3, truth: 'grey' },
            { ...base, ...shown, code: 'T102', severity: 3, truth: 'true' },
          ],
        },
      ],
      { seed: '1', seconds: 2 },
    );
    expect(report.falseAlarms.told).toMatchObject({ events: 2, rate: 0.2 });
    expect(report.falseAlarms.surviving.events).toBe(1);
    expect(report.falseAlarms.accused).toMatchObject({ events: 1, rate: 0.1 });
    expect(report.grey).toEqual({ happened: 2, told: 1 });
    expect(report.planted.found).toMatchObject({ passed: 2, of: 4 });
    expect(report.planted.precision).toMatchObject({ passed: 1, of: 2 });
    expect(report.planted.byKind).toEqual([
      { what: 'card pulled', of: 3, told: 2, found: 2 },
      { what: 'antenna cut', of: 1, told: 1, found: 0 },
    ]);
    expect(report.byCode).toEqual([{ code: 'T304', count: 2, examples: ['E1', 'E2'] }]);
    expect(formatFleetReport(report)).toContain('0.1000 a vehicle-year');
  });
});
