import { describe, expect, it } from 'vitest';
import type { BodyOf } from '../../../protocol/index.ts';
import {
  authenticationBody,
  frameOf,
  ID,
  joined,
  locationBody,
  registrationBody,
  type Speaker,
} from '../../support/terminal-frames.ts';
import { CAR, COMMIT_MS, driving, frames, OTHER, report, rigOf, TERMINAL } from './support.ts';

describe('what cannot be read', () => {
  it('is quarantined with its reason and its octets, and the link goes on', async () => {
    const { rig, car } = await driving();
    const good = frameOf(CAR, ID.location, 5, report(0));
    const badCheck = Uint8Array.from(good);
    badCheck[20]! ^= 0x01;
    const badEscape = Uint8Array.of(0x7e, 2, 0, 0, 0x7d, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x7e);
    const noise = Uint8Array.of(1, 2, 3);
    for (const octets of [badCheck, badEscape, joined(noise, good)]) car.link.write(octets);
    await rig.run();
    expect(rig.quarantined).toEqual(['checksum', 'escape', 'delimiter']);
    const first = rig.records.find(({ kind }) => kind === 'quarantine');
    expect(first?.payload.subarray(1 + 'checksum'.length)).toEqual(badCheck.subarray(1, -1));
    expect(car.acks).toEqual(['5:0200:success']);
    expect(rig.core.counters.faults).toMatchObject({ checksum: 1, escape: 1, delimiter: 1 });
  });

  it('costs at most 32 records at once and one a second after', async () => {
    const { rig, car } = await driving();
    const bad = frameOf(CAR, ID.location, 5, report(0));
    bad[20]! ^= 0x01;
    for (let i = 0; i < 50; i++) car.link.write(bad);
    await rig.run();
    expect(rig.quarantined.length).toBe(32);
    expect(rig.core.counters.quarantineSkipped).toBe(18);
    await rig.run(3000);
    for (let i = 0; i < 10; i++) car.link.write(bad);
    await rig.run();
    expect(rig.quarantined.length).toBe(35);
    // An authenticated terminal with a broken cable is still a terminal.
    expect(car.closedAs).toBeUndefined();
  });

  it('sixteen times in a row ends a link that has proved nothing', async () => {
    const rig = await rigOf();
    const stranger = rig.dial(CAR);
    const bad = frameOf(CAR, ID.location, 5, report(0));
    bad[20]! ^= 0x01;
    for (let i = 0; i < 15; i++) stranger.link.write(bad);
    stranger.say(ID.heartbeat);
    for (let i = 0; i < 15; i++) stranger.link.write(bad);
    await rig.run();
    expect(stranger.closedAs).toBeUndefined();
    stranger.link.write(bad);
    await rig.run();
    expect(stranger.closedAs).toBe('reset');
  });

  it('is not looked at any further once it has ended the link, also in one chunk', async () => {
    const rig = await rigOf();
    const stranger = rig.dial(CAR);
    const bad = frameOf(CAR, ID.location, 5, report(0));
    bad[20]! ^= 0x01;
    const chunk = new Uint8Array(bad.length * 100);
    for (let i = 0; i < 100; i++) chunk.set(bad, i * bad.length);
    stranger.link.write(chunk);
    await rig.run();
    expect(rig.quarantined).toHaveLength(16);
  });

  it('as a body is quarantined and answered with result 2 when that is on disk', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    const serial = car.say(ID.location, report(0).subarray(0, 20));
    await rig.run(1);
    expect(car.chunks).toEqual([]);
    await rig.run(COMMIT_MS);
    expect(car.acks).toEqual([`${serial}:0200:messageMalformed`]);
    expect(rig.quarantined).toEqual(['body']);
  });

  it('is answered even when the budget for keeping it is spent', async () => {
    const { rig, car } = await driving();
    for (let i = 0; i < 40; i++) car.say(ID.location, report(0).subarray(0, 20));
    await rig.run();
    expect(car.acks.length).toBe(40);
    expect(rig.quarantined.length).toBe(32);
  });
});

describe('a frame of another terminal on an authenticated link', () => {
  it('is refused in the form of that terminal, and the link stays who it is', async () => {
    const { rig, car } = await driving();
    const stranger: Speaker = { phone: '00000000013900000002', revision: 2019, version: 1 };
    car.link.write(frameOf(stranger, ID.location, 77, locationBody({}, 2019)));
    const serial = car.say(ID.location, report(0));
    await rig.run();
    expect(car.acks).toEqual(['77:0200:failure', `${serial}:0200:success`]);
    expect(car.answers.map(({ phone }) => phone)).toEqual([stranger.phone, CAR.phone]);
    expect(rig.quarantined).toEqual(['other-phone']);
    expect(rig.core.latest.get('13900000002')).toBeUndefined();
  });
});

describe('a fresh link on which two terminals speak', () => {
  it('answers each in its own name', async () => {
    const rig = await rigOf();
    const link = rig.dial(CAR);
    rig.storage.faults.commitMs = COMMIT_MS;
    link.link.write(
      joined(
        frameOf(CAR, ID.registration, 1, registrationBody(2013)),
        frameOf(OTHER, ID.registration, 2, registrationBody(2013)),
      ),
    );
    await rig.run(2 * COMMIT_MS);
    expect(
      link.answers.map(({ phone, body }) => [phone, (body as BodyOf<'registrationResponse'>).replySerial]),
    ).toEqual([
      [CAR.phone, 1],
      [OTHER.phone, 2],
    ]);
  });
});

describe('registration', () => {
  it('is answered when it is on disk, with a code that then opens the session', async () => {
    const rig = await rigOf();
    rig.storage.faults.commitMs = COMMIT_MS;
    const car = rig.dial(CAR);
    car.say(ID.registration, registrationBody(2013));
    await rig.run(COMMIT_MS - 1);
    expect(car.chunks).toEqual([]);
    await rig.run(1);
    const [answer] = car.answers;
    expect(answer?.body).toMatchObject({ replySerial: 0, result: 'success' });
    expect(rig.core.registry.registration(TERMINAL)).toMatchObject({ phone: CAR.phone, plate: '云A12345' });
  });

  it('asked for again while the answer is on its way is answered with the same code, so that the first answer is good', async () => {
    const rig = await rigOf();
    rig.storage.faults.commitMs = COMMIT_MS;
    const car = rig.dial(CAR);
    for (let time = 0; time < 5; time++) car.say(ID.registration, registrationBody(2013));
    await rig.run(5 * COMMIT_MS);
    const codes = car.answers.map(({ body }) => (body as BodyOf<'registrationResponse'>).authCode);
    expect(codes.length).toBe(5);
    expect(new Set(codes).size).toBe(1);
    const serial = car.say(ID.authentication, authenticationBody(2013, codes[0]!));
    await rig.run(COMMIT_MS);
    expect(car.acks).toEqual([`${serial}:0102:success`]);
    // What was used is known to be known: whoever registers then is told another.
    car.forget();
    car.say(ID.registration, registrationBody(2013));
    await rig.run(2 * COMMIT_MS);
    const [later] = car.answers.map(({ body }) => (body as BodyOf<'registrationResponse'>).authCode);
    expect(later).not.toBe(codes[0]);
  });

  it('that cannot be written fails by the general answer, since 0x8100 has none for that', async () => {
    const rig = await rigOf();
    rig.storage.faults.full = true;
    const car = rig.dial(CAR);
    car.say(ID.registration, registrationBody(2013));
    await rig.run();
    car.say(ID.registration, registrationBody(2013));
    await rig.run();
    expect(car.acks).toEqual(['0:0100:failure', '1:0100:failure']);
    expect(rig.core.registry.registration(TERMINAL)).toBeUndefined();
  });

  it('of a terminal that is not on the list is refused, and nothing else is taken on that link', async () => {
    const rig = await rigOf({ core: { mayEnrol: () => false } });
    const car = rig.dial(CAR);
    car.say(ID.registration, registrationBody(2013));
    car.say(ID.registration, registrationBody(2013));
    car.say(ID.location, report(0));
    await rig.run();
    expect(car.answers.map(({ body }) => body)).toMatchObject([
      { replySerial: 0, result: 'noSuchTerminalInDatabase' },
      { replySerial: 1, result: 'failure' },
      { replySerial: 2, result: 'failure' },
    ]);
    expect(frames(rig)).toEqual([]);
  });

  it('given up is answered when that is on disk, and the code opens nothing any more', async () => {
    const { rig, car } = await driving();
    const serial = car.say(ID.deregistration);
    await rig.run();
    expect(car.acks).toEqual([`${serial}:0003:success`]);
    expect(rig.core.registry.registration(TERMINAL)).toBeUndefined();
    expect(rig.core.latest.get(TERMINAL)?.online).toBe(false);
    car.forget();
    car.say(ID.authentication, authenticationBody(2013, car.code));
    await rig.run();
    expect(car.acks).toEqual([`${serial + 1}:0102:failure`]);
    // The link is still there, and may register again.
    car.say(ID.registration, registrationBody(2013));
    await rig.run();
    expect(car.answers.at(-1)?.body).toMatchObject({ result: 'success' });
  });

  it('is remembered over a kill: the code alone is enough', async () => {
    const { rig, car } = await driving();
    rig.kill();
    await rig.start();
    const again = await rig.login(CAR, car.code);
    again.say(ID.location, report(0));
    await rig.run();
    expect(again.acks).toEqual(['1:0200:success']);
  });
});

describe('what nobody here knows', () => {
  it('is kept, forwarded and answered with result 3', async () => {
    const { rig, car } = await driving();
    const serial = car.say(ID.unknown, Uint8Array.of(1, 2, 3));
    const silent = car.say(ID.resendRequest, Uint8Array.of(0, 1, 0, 0));
    await rig.run();
    expect(car.acks).toEqual([`${serial}:0f0f:notSupported`]);
    expect(frames(rig)).toEqual(expect.arrayContaining([`0f0f#${serial}`, `0005#${silent}`]));
  });
});
