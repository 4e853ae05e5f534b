import { describe, expect, it } from 'vitest';
import {
  authenticationBody,
  frameOf,
  ID,
  joined,
  locationBody,
  registrationBody,
  type Speaker,
} from '../../support/terminal-frames.ts';
import { factsOf, type Terminal } from '../support/rig.ts';
import { CAR, COMMIT_MS, driving, frames, hex4, OTHER, report, rigOf, TERMINAL } from './support.ts';

const TIME_QUERY = 0x0004;

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

  it('that falls silent is closed so even where links have longer to authenticate', async () => {
    const { rig, car } = await driving({ core: { idleTimeoutMs: 10_000, authTimeoutMs: 60_000 } });
    const stranger = rig.dial(OTHER);
    await rig.run(10_500);
    expect([car.closedAs, stranger.closedAs]).toEqual(['reset', undefined]);
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

  it.each([
    ['signs of life', (car: Terminal) => car.say(ID.heartbeat)],
    ['questions for the time', (car: Terminal) => car.say(TIME_QUERY)],
    ['registrations', (car: Terminal) => car.say(ID.registration, registrationBody(2013))],
    ["another terminal's frames", (car: Terminal) => car.link.write(frameOf(OTHER, ID.heartbeat, 1))],
  ])('whose peer does not read is reset before it costs more memory: %s', async (_what, speak) => {
    const { rig, car } = await driving({ core: { maxWriteBacklog: 500 } });
    const before = rig.core.counters.sent;
    car.link.pause();
    for (let i = 0; i < 200 && car.closedAs === undefined; i++) {
      speak(car);
      await rig.run();
      expect(rig.core.counters.acknowledged).toBeLessThan(60);
      expect(rig.core.counters.sent - before).toBeLessThan(60);
    }
    await rig.run();
    expect(car.closedAs).toBe('reset');
    expect(rig.core.counters.slowReaders).toBe(1);
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
    expect(rig.core.counters.opened).toEqual({ tcp: 0, udp: 1, serial: 0 });
  });
});
