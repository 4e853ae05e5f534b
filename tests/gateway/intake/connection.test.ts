import { describe, expect, it } from 'vitest';
import type { BodyOf } from '../../../protocol/index.ts';
import {
  authenticationBody,
  batchBody,
  bodyOf,
  frameOf,
  ID,
  joined,
  locationBody,
  NOON,
  NOTHING,
  partsOf,
  registrationBody,
  type Speaker,
} from '../../support/terminal-frames.ts';
import { factsOf, Rig, type RigOptions, type Terminal } from '../support/rig.ts';

const CAR: Speaker = { phone: '013912345678', revision: 2013 };
const OTHER: Speaker = { phone: '013900000002', revision: 2013 };
const TERMINAL = '13912345678';
const COMMIT_MS = 100;

const report = (second: number): Uint8Array => locationBody({ time: NOON + second * 1000 });
const rigOf = (options?: RigOptions): Promise<Rig> => new Rig(options).start();

/** A gateway with one terminal that is logged in; `commitMs` from then on. */
async function driving(options?: RigOptions, commitMs = 0): Promise<{ rig: Rig; car: Terminal }> {
  const rig = await rigOf(options);
  const car = await rig.login(CAR);
  // What the start and the login left to be written is written by then.
  await rig.run(5000);
  rig.storage.faults.commitMs = commitMs;
  return { rig, car };
}

/** Frames in the journal, as `id#serial`. */
function frames(rig: Rig): string[] {
  return rig.records
    .filter(({ kind }) => kind === 'frame')
    .map(({ payload }) => `${hex4(payload, 0)}#${(payload[10]! << 8) | payload[11]!}`);
}
const hex4 = (b: Uint8Array, at: number): string => ((b[at]! << 8) | b[at + 1]!).toString(16).padStart(4, '0');

describe('an acknowledgement', () => {
  it('is written when the record is on disk and not before', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    const serial = car.say(ID.location, report(0));
    await rig.run(COMMIT_MS - 1);
    expect(car.chunks).toEqual([]);
    expect(frames(rig)).not.toContain(`0200#${serial}`);
    await rig.run(1);
    expect(car.acks).toEqual([`${serial}:0200:success`]);
    expect(frames(rig)).toContain(`0200#${serial}`);
    expect(rig.core.ackLatency.count).toBe(1);
    expect(rig.core.ackLatency.sum).toBeCloseTo(COMMIT_MS / 1000, 3);
  });

  it('of everything that one commit made durable leaves in one write for each link', async () => {
    const { rig, car } = await driving();
    const other = await rig.login(OTHER);
    await rig.run(5000);
    rig.storage.faults.commitMs = COMMIT_MS;
    // The first frame starts a commit; what comes meanwhile gathers for the next.
    const serials = [0, 1, 2, 3, 4, 5].map((second) => {
      other.say(ID.location, report(second));
      return car.say(ID.location, report(second));
    });
    await rig.run(3 * COMMIT_MS);
    expect(car.acks).toEqual(serials.map((serial) => `${serial}:0200:success`));
    expect(other.acks.length).toBe(6);
    expect([car.chunks.length, other.chunks.length]).toEqual([1, 2]);
  });

  it('of frames that come in one chunk is one write', async () => {
    const { rig, car } = await driving();
    const chunk = joined(...[2, 3, 4].map((serial) => frameOf(CAR, ID.location, serial, report(serial))));
    car.link.write(chunk);
    await rig.run();
    expect(car.acks).toEqual(['2:0200:success', '3:0200:success', '4:0200:success']);
    expect(car.chunks.length).toBe(1);
  });

  it('to a sign of life does not wait for the disk', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    const serial = car.say(ID.heartbeat);
    await rig.run(1);
    expect(car.acks).toEqual([`${serial}:0002:success`]);
    expect(frames(rig)).not.toContain(`0002#${serial}`);
  });

  it('with result 1 follows a refused commit, and the next copy is taken as new', async () => {
    const { rig, car } = await driving();
    rig.storage.faults.full = true;
    const frame = frameOf(CAR, ID.location, 2, report(0));
    car.link.write(frame);
    await rig.run();
    expect(car.acks).toEqual(['2:0200:failure']);
    // The journal knows by now that it cannot write: refused at once.
    car.link.write(frame);
    await rig.run();
    expect(car.acks).toEqual(['2:0200:failure', '2:0200:failure']);
    expect(rig.core.counters.unjournalled.JOURNAL_UNWRITABLE).toBe(2);
    rig.storage.faults.full = false;
    await rig.run(2000);
    car.link.write(frame);
    await rig.run();
    expect(car.acks.at(-1)).toBe('2:0200:success');
    expect(frames(rig).filter((one) => one === '0200#2')).toEqual(['0200#2']);
    expect(rig.core.counters.duplicates).toBe(0);
  });

  it('with result 1 follows at once where too much waits for the disk', async () => {
    const { rig, car } = await driving({ journal: { maxPendingBytes: 2000 } }, COMMIT_MS);
    for (let i = 0; i < 40; i++) car.say(ID.location, report(i));
    await rig.run(1);
    const refused = car.acks.length;
    expect(refused).toBeGreaterThan(5);
    expect(car.acks.every((ack) => ack.endsWith('failure'))).toBe(true);
    expect(rig.core.counters.unjournalled.JOURNAL_BEHIND).toBe(refused);
    await rig.run(2 * COMMIT_MS);
    expect(car.acks.filter((ack) => ack.endsWith('success')).length).toBe(40 - refused);
  });

  it('goes out in the form of the request, whatever octets the phone has and whatever the flag says', async () => {
    const rig = await rigOf();
    const speakers: Speaker[] = [
      { phone: '0139123456ab', revision: 2013 },
      { phone: '0000000000139123456a', revision: 2019, version: 3 },
    ];
    for (const speaker of speakers) {
      const car = await rig.login(speaker);
      car.say(ID.location, locationBody({}, speaker.revision));
      await rig.run();
      const [answer] = car.answers;
      expect(answer?.phone).toBe(speaker.phone);
      expect(answer?.header.flagged).toBe(speaker.revision === 2019);
      expect(answer?.header.version).toBe(speaker.version ?? 0);
      expect(car.acks.length).toBe(1);
    }
  });
});

describe('a frame that comes again', () => {
  it('is acknowledged at once where it is on disk, and is not journalled again', async () => {
    const { rig, car } = await driving();
    const frame = frameOf(CAR, ID.location, 2, report(0));
    car.link.write(frame);
    await rig.run();
    rig.storage.faults.commitMs = COMMIT_MS;
    car.link.write(frame);
    await rig.run(1);
    expect(car.acks).toEqual(['2:0200:success', '2:0200:success']);
    await rig.run(COMMIT_MS);
    expect(frames(rig).filter((one) => one === '0200#2')).toEqual(['0200#2']);
    expect(rig.core.counters.duplicates).toBe(1);
  });

  it('while its first copy is on its way is acknowledged with it, once', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    const frame = frameOf(CAR, ID.location, 2, report(0));
    for (let i = 0; i < 50; i++) car.link.write(frame);
    await rig.run(1);
    expect(car.chunks).toEqual([]);
    expect(rig.core.slots.get(TERMINAL)?.waiting).toBeUndefined();
    await rig.run(COMMIT_MS);
    expect(car.acks).toEqual(['2:0200:success']);
    expect(rig.core.counters.duplicates).toBe(49);
  });

  it('on another link is acknowledged on each that can still be reached, once', async () => {
    const { rig, car } = await driving();
    const second = rig.dial(CAR);
    second.say(ID.authentication, authenticationBody(2013, car.code));
    await rig.run();
    second.forget();
    const third = rig.dial(CAR);
    third.say(ID.authentication, authenticationBody(2013, car.code));
    await rig.run();
    third.forget();
    rig.storage.faults.commitMs = COMMIT_MS;
    const frame = frameOf(CAR, ID.location, 9, report(0));
    third.link.write(frame);
    await rig.run(1);
    // The link breaks with the answer under way, and the terminal says it all again on the next one.
    third.link.close('reset');
    const fourth = rig.dial(CAR);
    fourth.say(ID.authentication, authenticationBody(2013, car.code));
    fourth.link.write(frame);
    fourth.link.write(frame);
    await rig.run(1);
    expect(fourth.acks).toEqual(['0:0102:success']);
    await rig.run(2 * COMMIT_MS);
    expect(fourth.acks).toEqual(['0:0102:success', '9:0200:success']);
    expect(frames(rig).filter((one) => one === '0200#9')).toEqual(['0200#9']);
    expect(rig.core.slots.get(TERMINAL)?.waiting).toBeUndefined();
  });

  it('after its first copy was refused is answered with the fate of its own', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    const frame = frameOf(CAR, ID.location, 2, report(0));
    rig.storage.faults.failIn = 1;
    car.link.write(frame);
    await rig.run(COMMIT_MS);
    expect(car.acks).toEqual(['2:0200:failure']);
  });

  it('though on another link shares the refusal of its first copy', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    rig.storage.faults.failIn = 1;
    const frame = frameOf(CAR, ID.location, 5, report(0));
    car.link.write(frame);
    await rig.run(1);
    const second = rig.dial(CAR);
    second.say(ID.authentication, authenticationBody(2013, car.code));
    second.link.write(frame);
    await rig.run(COMMIT_MS);
    expect(second.acks).toEqual(['0:0102:success', '5:0200:failure']);
    expect(rig.core.slots.get(TERMINAL)?.waiting).toBeUndefined();
  });

  it('with another content is another frame, though firmware that counts no serials sends both at once', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    car.link.write(frameOf(CAR, ID.location, 0, report(1)));
    await rig.run(1);
    // The first one is in a commit now; the second waits for the next, which fails.
    car.link.write(frameOf(CAR, ID.location, 0, report(2)));
    await rig.run(1);
    rig.storage.faults.failIn = 2;
    await rig.run(COMMIT_MS);
    expect(car.acks).toEqual(['0:0200:success']);
    // A copy of what is not on disk yet is not answered by what is, though serial and id are the same.
    car.link.write(frameOf(CAR, ID.location, 0, report(2)));
    await rig.run(2);
    expect(car.acks).toEqual(['0:0200:success']);
    await rig.run(COMMIT_MS);
    expect(car.acks).toEqual(['0:0200:success', '0:0200:failure']);
    await rig.run(2000);
    // Nor is what was refused taken for what was committed beside it.
    car.link.write(frameOf(CAR, ID.location, 0, report(2)));
    await rig.run(COMMIT_MS);
    expect(car.acks).toEqual(['0:0200:success', '0:0200:failure', '0:0200:success']);
    expect(frames(rig).filter((one) => one === '0200#0').length).toBe(2);
  });

  it('over a restart is known too', async () => {
    const { rig, car } = await driving();
    const frame = frameOf(CAR, ID.location, 2, report(0));
    car.link.write(frame);
    await rig.run();
    rig.kill();
    await rig.start();
    const again = await rig.login(CAR, car.code);
    again.link.write(frame);
    await rig.run();
    expect(again.acks).toEqual(['2:0200:success']);
    expect(frames(rig).filter((one) => one === '0200#2')).toEqual(['0200#2']);
  });
});

describe('a second link of a terminal', () => {
  it('speaks for it at once: the first is closed, and the journal says that it was superseded', async () => {
    const { rig, car } = await driving();
    const second = await rig.login(CAR, car.code);
    expect(car.closedAs).toBe('ended');
    expect(second.closedAs).toBeUndefined();
    expect(factsOf(rig.disk, 'link')).toMatchObject([
      { fact: 'authenticated', epoch: 1, peer: 'memory:terminal' },
      { fact: 'authenticated', epoch: 2 },
      { fact: 'closed', how: 'superseded', epoch: 1 },
    ]);
    expect(rig.core.latest.get(TERMINAL)?.online).toBe(true);
    expect([rig.core.intake.size, rig.core.slots.online]).toEqual([1, 1]);
    second.link.close('local');
    await rig.run();
    expect(rig.core.latest.get(TERMINAL)?.online).toBe(false);
    expect(rig.core.slots.online).toBe(0);
    expect(rig.core.counters.closed).toMatchObject({ superseded: 1, ended: 1 });
  });
});

describe('a link that is gone when its commit is done', () => {
  it('is noted as not acknowledged', async () => {
    const { rig, car } = await driving({}, COMMIT_MS);
    car.say(ID.location, report(0));
    await rig.run(1);
    car.link.close('reset');
    await rig.run(5 * COMMIT_MS);
    const report0 = rig.records.find(({ kind, payload }) => kind === 'frame' && hex4(payload, 0) === '0200');
    expect(rig.disk.unacknowledged).toMatchObject([{ seq: report0?.seq, why: 'link-gone' }]);
    expect(report0?.ackable).toBe(true);
  });
});

describe('a link', () => {
  it('that does not authenticate in time is closed, whatever it says', async () => {
    const rig = await rigOf({ core: { authTimeoutMs: 10_000 } });
    const car = rig.dial(CAR);
    for (let second = 0; second < 9; second++) {
      car.say(ID.location, report(second));
      await rig.run(1000);
    }
    expect(car.closedAs).toBeUndefined();
    await rig.run(2000);
    expect(car.closedAs).toBe('reset');
    expect(rig.core.intake.size).toBe(0);
  });

  it('that falls silent is closed after the idle timeout, counted from what was last heard', async () => {
    const { rig, car } = await driving({ core: { idleTimeoutMs: 60_000 } });
    await rig.run(50_000);
    car.say(ID.heartbeat);
    await rig.run(59_000);
    expect(car.closedAs).toBeUndefined();
    await rig.run(1500);
    expect(car.closedAs).toBe('reset');
    expect(factsOf(rig.disk, 'link').at(-1)).toMatchObject({ fact: 'closed', how: 'timeout' });
  });

  it('over the limit is turned away, and there is room again when one is gone', async () => {
    const rig = await rigOf({ core: { maxConnections: 2 } });
    const [first, second, third] = [rig.dial(CAR), rig.dial(OTHER), rig.dial(CAR)];
    await rig.run();
    expect([first.taken, second.taken, third.taken]).toEqual([true, true, false]);
    expect(third.closedAs).toBe('reset');
    expect(rig.core.counters.turnedAway).toBe(1);
    first.link.close('local');
    await rig.run();
    expect(rig.dial(CAR).taken).toBe(true);
  });

  it('whose peer does not read is reset before it costs more memory', async () => {
    const { rig, car } = await driving({ core: { maxWriteBacklog: 500 } });
    car.link.pause();
    for (let i = 0; i < 200 && car.closedAs === undefined; i++) {
      car.say(ID.heartbeat);
      await rig.run();
      expect(rig.core.counters.acknowledged).toBeLessThan(60);
    }
    await rig.run();
    expect(car.closedAs).toBe('reset');
    expect(rig.core.counters.slowReaders).toBeGreaterThan(0);
  });

  it('is closed in order when the gateway stops, and none is taken after', async () => {
    const { rig, car } = await driving();
    await rig.stop();
    expect(car.closedAs).toBe('ended');
    expect(rig.dial(OTHER).taken).toBe(false);
    expect(factsOf(rig.disk, 'gateway').at(-1)).toEqual({ fact: 'stopped' });
  });

  it('of datagrams works as any other', async () => {
    const rig = await rigOf();
    const car = rig.dial(CAR, { datagram: true });
    car.say(ID.registration, registrationBody(2013));
    await rig.run();
    expect(car.answers.map(({ header }) => header.id)).toEqual([ID.registrationResponse]);
    expect(rig.core.counters.opened).toEqual({ tcp: 0, udp: 1 });
  });
});

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
    expect(stranger.closedAs).toBe('ended');
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

describe('a message in parts', () => {
  const body = batchBody(Array.from({ length: 30 }, (_, second) => report(second)));
  const parts = partsOf(CAR, { id: ID.batch, serial: 2, body, partSize: 400 });
  /** Bodies of the messages that were joined. */
  const whole = (rig: Rig): Uint8Array[] =>
    rig.records.filter(({ kind }) => kind === 'assembled').map(({ payload }) => payload.subarray(12));

  it('is acknowledged part by part, and joined in the batch of the last one', async () => {
    const { rig, car } = await driving();
    for (const part of parts) {
      car.link.write(part);
      await rig.run();
    }
    expect(car.acks).toEqual(parts.map((_, i) => `${2 + i}:0704:success`));
    const last = rig.disk.batches.at(-1)!;
    expect(last.count).toBe(2);
    expect(rig.kinds().slice(-2)).toEqual(['frame', 'assembled']);
    expect(whole(rig)).toEqual([body]);
    expect(rig.core.counters.assembled).toBe(1);
    expect(rig.core.latest.get(TERMINAL)?.last?.report.time).toBe(NOON + 29_000);
  });

  it('is joined once, though parts come again', async () => {
    const { rig, car } = await driving();
    for (const part of [...parts, ...parts]) car.link.write(part);
    await rig.run();
    expect(whole(rig)).toEqual([body]);
    expect(car.acks.length).toBe(2 * parts.length);
  });

  it('is joined when its last part was refused at first and is sent again', async () => {
    const { rig, car } = await driving();
    for (const part of parts.slice(0, -1)) car.link.write(part);
    await rig.run();
    rig.storage.faults.full = true;
    // In a commit that fails, and then before any commit.
    for (let i = 0; i < 2; i++) {
      car.link.write(parts.at(-1)!);
      await rig.run();
    }
    expect(car.acks.slice(-2)).toEqual(Array(2).fill(`${1 + parts.length}:0704:failure`));
    rig.storage.faults.full = false;
    await rig.run(2000);
    car.link.write(parts.at(-1)!);
    await rig.run();
    expect(car.acks.at(-1)).toBe(`${1 + parts.length}:0704:success`);
    expect(whole(rig)).toEqual([body]);
  });

  it('is joined over a kill between its parts', async () => {
    const { rig, car } = await driving();
    for (const part of parts.slice(0, 2)) car.link.write(part);
    await rig.run();
    rig.kill();
    await rig.start();
    const again = await rig.login(CAR, car.code);
    for (const part of parts.slice(2)) again.link.write(part);
    await rig.run();
    expect(whole(rig)).toEqual([body]);
  });

  it('is joined by the next start where the process ended between the last part and the whole', async () => {
    // So small a batch that the whole goes into one of its own.
    const { rig, car } = await driving({ journal: { maxBatchBytes: 600 } }, COMMIT_MS);
    for (const part of parts) {
      car.link.write(part);
      await rig.run(COMMIT_MS);
    }
    expect(car.acks.length).toBe(parts.length);
    expect(rig.kinds()).not.toContain('assembled');
    rig.kill();
    await rig.start();
    await rig.run(COMMIT_MS);
    expect(whole(rig)).toEqual([body]);
    rig.kill();
    await rig.start();
    expect(whole(rig)).toEqual([body]);
  });

  it('that is never finished is given up: its octets are let go', async () => {
    const { rig, car } = await driving({ core: { idleTimeoutMs: 3_600_000 } });
    for (let n = 0; n < 5; n++) {
      const first = partsOf(CAR, { id: ID.batch, serial: 100 * (n + 1), body, partSize: 400 })[0]!;
      car.link.write(first);
    }
    await rig.run();
    expect(rig.core.parts.messages).toBe(5);
    await rig.run(120_000);
    expect([rig.core.parts.messages, rig.core.parts.bytes]).toEqual([0, 0]);
    expect(rig.core.counters.refusals.unfinished).toBe(5);
  });

  it('that answers a command settles it like a short one', async () => {
    const { rig, car } = await driving();
    void rig.core.mailbox.submit({
      id: 'q1',
      terminal: TERMINAL,
      type: 'queryTerminalParameters',
      body: {},
      expiresAt: NOON + 3_600_000,
      by: 'test',
    });
    await rig.run();
    const [query] = car.answers;
    const params = { heartbeatInterval: 30 };
    const long = bodyOf('queryParametersResponse', 2013, { replySerial: query!.header.serial, params });
    for (const part of partsOf(CAR, { id: ID.parameters, serial: 50, body: long, partSize: 5 })) car.link.write(part);
    await rig.run();
    expect(rig.core.commands.get('q1')).toMatchObject({ state: 'done', result: { params } });
  });
});

describe('what nobody here knows', () => {
  it('is kept, forwarded and answered with result 3', async () => {
    const { rig, car } = await driving();
    const serial = car.say(ID.unknown, Uint8Array.of(1, 2, 3));
    const silent = car.say(ID.resendRequest, NOTHING);
    await rig.run();
    expect(car.acks).toEqual([`${serial}:0f0f:notSupported`]);
    expect(frames(rig)).toEqual(expect.arrayContaining([`0f0f#${serial}`, `0005#${silent}`]));
  });
});
