import { expect, it } from 'vitest';
import { ID, registrationBody } from '../../support/terminal-frames.ts';
import { CAR, OTHER, rigOf, TERMINAL } from '../intake/support.ts';

it('a terminal of another worker is not served: its link is ended, nothing of it is kept, and it comes again', async () => {
  const rig = await rigOf({ core: { owns: (terminal) => terminal === TERMINAL } });
  const own = await rig.login(CAR);
  const stray = rig.dial(OTHER);
  stray.say(ID.registration, registrationBody(2013));
  await rig.run(1000);
  expect([stray.closedAs, own.closedAs]).toEqual(['ended', undefined]);
  expect(rig.core.counters.strays).toBe(1);
  expect(rig.records.filter(({ terminal }) => terminal !== '' && terminal !== TERMINAL)).toEqual([]);
});
