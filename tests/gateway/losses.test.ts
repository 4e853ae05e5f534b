import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Losses } from '../../gateway/losses.ts';
import { factsOf, Rig } from './support/rig.ts';

it('what retention takes from an outlet within a second is told as one loss', async () => {
  const rig = await new Rig().start();
  const lines: { outlet: string; records: number }[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
  const losses = new Losses({ journal: rig.journal, clock: rig.clock, log });
  for (let step = 0; step < 50; step++) {
    const from = step * 100 + 1;
    const range = { from, to: from + 99 };
    losses.add([
      { reader: 'outlet:mqtt', ...range, records: 100 },
      ...(step < 2 ? [{ reader: 'outlet:influx', ...range, records: 7 }] : []),
    ]);
    await rig.run(10);
  }
  await rig.run(1000);
  losses.add([{ reader: 'outlet:mqtt', from: 5001, to: 5100, records: 3 }]);
  losses.tell();
  losses.tell();
  await rig.run();
  const told = [
    { outlet: 'mqtt', from: 1, to: 5000, records: 5000 },
    { outlet: 'influx', from: 1, to: 200, records: 14 },
    { outlet: 'mqtt', from: 5001, to: 5100, records: 3 },
  ];
  const facts = factsOf(rig.disk, 'gateway').filter((fact) => (fact as { fact: string }).fact === 'lost');
  expect(facts).toEqual(told.map((loss) => ({ fact: 'lost', ...loss })));
  expect(lines.map(({ outlet, records }) => [outlet, records])).toEqual(
    told.map(({ outlet, records }) => [outlet, records]),
  );
});
