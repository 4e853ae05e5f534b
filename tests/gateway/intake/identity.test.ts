import { describe, expect, it } from 'vitest';
import { revokeCode } from '../../../gateway/registry/revoke-code.ts';
import type { BodyOf } from '../../../protocol/index.ts';
import { authenticationBody, ID, locationBody, registrationBody, type Speaker } from '../../support/terminal-frames.ts';
import { archive } from '../support/archives.ts';
import { CAR, CAR_2019, record, TERMINAL } from '../support/records.ts';
import { factsOf, Rig, type RigOptions, type Terminal } from '../support/rig.ts';

const WRONG = authenticationBody(2013, 'WRONG');

async function startWith(core: RigOptions['core'] = {}): Promise<Rig> {
  return new Rig({ core }).start();
}

async function archived(rig: Rig, over: Parameters<typeof archive>[2] = {}): Promise<void> {
  const fact = archive('1', CAR.phone, { plate: '云A12345', ...over });
  rig.journal.append(record('feed', { feed: 'archive', fact }, { terminal: '' }), null, 0);
  await rig.run();
}

const links = (rig: Rig): unknown[] => factsOf(rig.disk, 'link');
const results = (terminal: Terminal): string[] =>
  terminal.answers
    .filter(({ header }) => header.id === ID.registrationResponse)
    .map(({ body }) => (body as BodyOf<'registrationResponse'>).result as string);

async function register(
  rig: Rig,
  speaker: Speaker,
  over: Parameters<typeof registrationBody>[1] = {},
): Promise<Terminal> {
  const terminal = rig.dial(speaker);
  terminal.say(ID.registration, registrationBody(speaker.revision, over));
  await rig.run();
  return terminal;
}

describe('a terminal whose plate is not the one in the archive', () => {
  it('is enrolled and noted', async () => {
    const rig = await startWith({ identity: 'note' });
    await archived(rig);
    expect(results(await register(rig, CAR, { plate: '云B1' }))).toEqual(['success']);
    expect(links(rig)).toEqual([
      { fact: 'mismatch', peer: 'memory:terminal', what: 'plate', expected: '云A12345', said: '云B1' },
    ]);
  });

  it('is refused with the result of the standard where the check is strict, and nobody is enrolled', async () => {
    const rig = await startWith({ identity: 'refuse' });
    await archived(rig);
    expect(results(await register(rig, CAR, { plate: '云B1' }))).toEqual(['noSuchVehicleInDatabase']);
    expect(rig.core.registry.registration(TERMINAL)).toBeUndefined();
    expect(results(await register(rig, CAR))).toEqual(['success']);
  });

  it('under a list, one that is not on it is not there at all', async () => {
    const rig = await startWith({ identity: 'refuse', mayEnrol: () => false });
    await archived(rig);
    const other = { phone: '013700000001', revision: 2013 } as const;
    expect(results(await register(rig, other))).toEqual(['noSuchTerminalInDatabase']);
    expect(results(await register(rig, CAR))).toEqual(['success']);
  });
});

it('the right code from another device is not let in where the check is strict', async () => {
  const rig = await startWith({ identity: 'refuse' });
  await archived(rig, { imei: '860000000000099' });
  const terminal = await register(rig, CAR_2019);
  const { authCode = '' } = terminal.answers[0]!.body as BodyOf<'registrationResponse'>;
  terminal.say(ID.authentication, authenticationBody(2019, authCode));
  await rig.run();
  expect(terminal.acks).toEqual(['1:0102:failure']);
  expect(links(rig)).toMatchObject([
    { fact: 'mismatch', what: 'imei', expected: '860000000000099', said: '860000000000017' },
    { fact: 'refused', why: 'other-identity' },
  ]);
});

describe('guessing codes', () => {
  it('locks the source for that terminal after so many, over new links, and is said once', async () => {
    const rig = await startWith({ lockout: { wrongCodes: 3, lockMs: 60_000 } });
    const { code } = await rig.login(CAR);
    for (let i = 0; i < 4; i++) {
      const guesser = rig.dial(CAR);
      guesser.say(ID.authentication, WRONG);
      await rig.run();
      expect(guesser.acks).toEqual(['0:0102:failure']);
    }
    expect(rig.core.counters).toMatchObject({ guessing: 1, refusals: { 'wrong-code': 3, locked: 1 } });
    expect(factsOf(rig.disk, 'gateway')).toContainEqual({
      fact: 'guessing',
      source: expect.any(String) as unknown,
      wrong: 3,
      until: rig.clock.now() + 60_000,
    });
    expect(links(rig).filter((fact) => (fact as { fact: string }).fact === 'refused')).toHaveLength(4);
    const right = rig.dial(CAR);
    right.say(ID.authentication, authenticationBody(2013, code));
    await rig.run();
    expect(right.acks).toEqual(['0:0102:failure']);
    await rig.run(60_000);
    await rig.login(CAR, code);
  });
});

describe('a take-over', () => {
  it("says from whom, and what is still under way on the old link is nobody's", async () => {
    const rig = await startWith();
    const first = await rig.login(CAR);
    await rig.run(5000);
    const second = rig.dial(CAR);
    second.say(ID.authentication, authenticationBody(2013, first.code));
    // In the same turn, before the old link is closed.
    first.say(ID.location, locationBody());
    await rig.run();
    expect(links(rig).at(-2)).toMatchObject({
      fact: 'authenticated',
      epoch: 2,
      over: { peer: 'memory:terminal', silentMs: 5000 },
    });
    const after = rig.records.length;
    first.say(ID.location, locationBody());
    await rig.run();
    expect(rig.records.length).toBe(after);
  });
});

describe('a code that is revoked', () => {
  it('opens nothing any more: the link ends, and the terminal gets another one by registering', async () => {
    const rig = await startWith();
    const terminal = await rig.login(CAR);
    const { registry, slots } = rig.core;
    const parts = { registry, slots, journal: rig.journal, clock: rig.clock };
    const revoked = revokeCode(parts, TERMINAL);
    await rig.run();
    expect(await revoked).toBeUndefined();
    expect(terminal.closedAs).toBeDefined();
    const again = rig.dial(CAR);
    again.say(ID.authentication, authenticationBody(2013, terminal.code));
    await rig.run();
    expect(again.acks).toEqual(['0:0102:failure']);
    expect((await rig.login(CAR)).code).not.toBe(terminal.code);
    expect(await revokeCode(parts, '999')).toBe('unknown');
  });

  it('stays revoked over a restart', async () => {
    const rig = await startWith();
    const { code } = await rig.login(CAR);
    const revoked = revokeCode({ ...rig.core, journal: rig.journal, clock: rig.clock }, TERMINAL);
    await rig.run();
    await revoked;
    rig.kill();
    await rig.start();
    await expect(rig.login(CAR, code)).rejects.toThrow('failure');
  });
});
