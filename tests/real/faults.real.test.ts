/**
 * The promise under faults, each scenario of `bench/faults.ts` in its short form: what terminals were told is stored is in the
 * journal once, and at broker and store, by the same ids and in an order that somebody meant.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { BROKEN } from '../../bench/faults/broken.ts';
import { SCENARIOS, SHORT } from '../../bench/faults/scenarios.ts';
import { NotPermitted, Stage } from '../../bench/faults/stage.ts';
import { seededRandom } from '../../protocol/index.ts';
import { missing } from './support/servers.ts';

let stage: Stage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** Five minutes of them: not while somebody waits for `npm test`. */
const asked = process.env['XINGJI_REAL'] === '1';

describe.skipIf(!asked || ['mosquitto', 'victoria-metrics', 'influxd'].some(missing))(
  'nothing acknowledged is lost:',
  () => {
    it.for(SCENARIOS.filter(({ byHand }) => byHand !== true))(
      '$name',
      { timeout: 240_000 },
      async ({ name, plan, play }, { skip }) => {
        stage = await Stage.open(plan).catch((error: unknown) => {
          if (error instanceof NotPermitted) return skip(`${error.message} is not permitted here`);
          throw error;
        });
        await play(stage, SHORT, seededRandom(name));
        const account = await stage.account();
        expect(account.wrong).toEqual([]);
        expect(account.lost).toEqual({ journal: 0, broker: 0, store: 0 });
        expect(account.told).toBeGreaterThan(plan.terminals);
      },
    );

    it('and one that is lost at an outlet would be seen', { timeout: 240_000 }, async () => {
      const { name, scenario, seen } = BROKEN.find((broken) => broken.name === 'passes over a record')!;
      const { plan, play } = SCENARIOS.find((one) => one.name === scenario)!;
      stage = await Stage.open(plan, name);
      await play(stage, SHORT, seededRandom(name));
      expect((await stage.account()).wrong.join('\n')).toMatch(seen);
    });
  },
);
