import { describe, expect, it } from 'vitest';
import { authenticationBody, frameOf, ID, partsOf } from '../../support/terminal-frames.ts';
import { type Rig } from '../support/rig.ts';
import { CAR, hex4, OTHER, rigOf } from './support.ts';

describe('a code', () => {
  const inClear = (rig: Rig, code: string): boolean =>
    rig.disk.batches.some(({ body }) => Buffer.from(body).includes(code)) ||
    [...rig.kept.rows.values()].some(({ value }) => value?.includes(code));

  it('is nowhere in the journal, nor in what the folds keep: right, wrong, of the other form or of another terminal', async () => {
    const rig = await rigOf();
    const car = await rig.login(CAR);
    const newer = await rig.login({ phone: '00000000013900000009', revision: 2019, version: 1 });
    const other = await rig.login(OTHER);
    const stranger = rig.dial(CAR);
    // Wrong here, and yet somebody's right one.
    stranger.say(ID.authentication, authenticationBody(2013, other.code));
    // On a link that is another's.
    newer.link.write(frameOf(OTHER, ID.authentication, 3, authenticationBody(2013, other.code)));
    // Damaged on the way.
    const damaged = frameOf(CAR, ID.authentication, 4, authenticationBody(2013, car.code));
    damaged[damaged.length - 2]! ^= 0x10;
    car.link.write(damaged);
    const damaged2019 = frameOf(newer.speaker, ID.authentication, 5, authenticationBody(2019, newer.code));
    damaged2019[damaged2019.length - 2]! ^= 0x01;
    newer.link.write(damaged2019);
    // In pieces, and in a form that cannot be read.
    for (const part of partsOf(CAR, {
      id: ID.authentication,
      serial: 6,
      body: authenticationBody(2013, car.code),
      partSize: 12,
    }))
      car.link.write(part);
    newer.say(ID.authentication, authenticationBody(2013, newer.code));
    await rig.run(5000);
    expect(rig.quarantined.length).toBe(7);
    for (const { code } of [car, newer, other]) {
      expect(code).toHaveLength(16);
      expect(inClear(rig, code)).toBe(false);
      expect(inClear(rig, code.slice(0, 12))).toBe(false);
    }
  });

  it('is masked and nothing else: serial, phone and what stands behind it are kept', async () => {
    const rig = await rigOf();
    await rig.login({ phone: '00000000013900000009', revision: 2019, version: 1 });
    const kept = rig.records.find(({ kind, payload }) => kind === 'frame' && hex4(payload, 0) === '0102');
    const text = Buffer.from(kept!.payload).toString('latin1');
    expect(text).toContain('*'.repeat(16));
    expect(text).toContain('860000000000017');
  });
});
