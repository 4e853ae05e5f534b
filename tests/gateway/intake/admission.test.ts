import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../gateway/intake/source.ts';
import { memoryLink } from '../../../protocol/index.ts';
import { ID, type Speaker } from '../../support/terminal-frames.ts';
import { type Rig, Terminal } from '../support/rig.ts';
import { CAR, COMMIT_MS, driving, frames, OTHER, report, rigOf, TERMINAL } from './support.ts';

const car = (n: number): Speaker => ({ phone: `01390001${String(n).padStart(4, '0')}`, revision: 2013 });

describe('the source of a link', () => {
  it.each([
    ['tcp://10.0.0.1:4711', '10.0.0.1'],
    ['udp://::ffff:10.0.0.1:4711', '10.0.0.1'],
    ['tcp://2001:db8:1:2:3:4:5:6:4711', '2001:db8:1:2'],
    ['tcp://2001:db8::1:4711', '2001:db8:0:0'],
    ['tcp://::1:4711', '0:0:0:0'],
  ])('%s is %s: an IPv4 address, or the /64 of an IPv6 address', (peer, source) => {
    expect(sourceOf(peer)).toBe(source);
  });
});

describe('a source with too many links that have not authenticated', () => {
  it('gets no more until one authenticates or leaves', async () => {
    const rig = await rigOf({ core: { admission: { unprovedPerSource: 2 } } });
    const first = rig.dial(CAR);
    const second = rig.dial(OTHER);
    expect(rig.dial(car(1)).taken).toBe(false);
    expect(rig.core.counters.turnedAwayBySource).toBe(1);
    first.link.close('local');
    await rig.run(10);
    await rig.login(CAR);
    expect(rig.dial(car(2)).taken).toBe(true);
    expect(rig.dial(car(3)).taken).toBe(false);
    second.link.close('local');
    await rig.run(10);
    expect(rig.dial(car(4)).taken).toBe(true);
    expect(rig.core.intake.size).toBe(3);
  });
});

describe('a fleet that comes back at once', () => {
  it('is let in at the rate that was set, in its order', async () => {
    const rig = await rigOf({ core: { admission: { linksPerSecond: 20 } } });
    const terminals = Array.from({ length: 60 }, (_, n) => rig.dial(car(n)));
    for (const terminal of terminals) terminal.say(ID.heartbeat);
    const read = (): number => rig.core.counters.packets;
    await rig.run(10);
    expect(read()).toBe(20);
    await rig.run(1000);
    expect(read()).toBeGreaterThanOrEqual(38);
    expect(read()).toBeLessThanOrEqual(41);
    await rig.run(1500);
    expect(read()).toBe(60);
    expect(rig.core.counters.held.turn).toBe(40);
  });

  it('does not wait behind a flood from elsewhere', async () => {
    const rig = await rigOf({ core: { admission: { linksPerSecond: 20 } } });
    for (let n = 0; n < 90; n++) rig.dial(car(n));
    const peers: [string, string] = ['tcp://10.0.0.9:4711', 'memory:gateway'];
    const [near, far] = memoryLink({ clock: rig.clock, peers });
    const honest = new Terminal(far, OTHER, rig.core.intake.accept(near, 'tcp'));
    honest.say(ID.heartbeat);
    await rig.run(200);
    expect(rig.core.counters.packets).toBe(1);
  });

  it('does not lose its time to authenticate while it waits', async () => {
    const rig = await rigOf({ core: { admission: { linksPerSecond: 1 }, authTimeoutMs: 1000 } });
    const terminals = Array.from({ length: 4 }, (_, n) => rig.dial(car(n)));
    await rig.run(2600);
    expect(terminals.map(({ closedAs }) => closedAs !== undefined)).toEqual([true, true, false, false]);
  });
});

describe('a source of noise', () => {
  const NOISE = Uint8Array.of(0x7e, 0x31, 0x32, 0x33, 0x7e);
  /** A link from elsewhere. */
  const dialFrom = (rig: Rig, host: string, speaker: Speaker): Terminal => {
    const peers: [string, string] = [`tcp://${host}:4711`, 'memory:gateway'];
    const [near, far] = memoryLink({ clock: rig.clock, peers });
    return new Terminal(far, speaker, rig.core.intake.accept(near, 'tcp'));
  };
  const shout = async (rig: Rig, host: string): Promise<void> => {
    const stranger = dialFrom(rig, host, OTHER);
    for (let n = 0; n < 40; n++) stranger.link.write(NOISE);
    await rig.run(10);
    expect(stranger.closedAs).toBeDefined();
  };

  it('has its next links let in slowly for a minute, while others come as they like', async () => {
    const rig = await rigOf({ core: { admission: { blamedLinksPerSecond: 2 } } });
    await shout(rig, '10.0.0.66');
    const before = rig.core.counters.packets;
    const blamed = Array.from({ length: 5 }, (_, n) => dialFrom(rig, '10.0.0.66', car(n)));
    for (const terminal of blamed) terminal.say(ID.heartbeat);
    dialFrom(rig, '10.0.0.9', OTHER).say(ID.heartbeat);
    await rig.run(100);
    expect(rig.core.counters.packets - before).toBe(2);
    await rig.run(1000);
    expect(rig.core.counters.packets - before).toBe(4);
    await rig.run(61_000);
    const after = rig.core.counters.packets;
    for (let n = 10; n < 20; n++) dialFrom(rig, '10.0.0.66', car(n)).say(ID.heartbeat);
    await rig.run(100);
    expect(rig.core.counters.packets - after).toBe(10);
  });
});

describe('a link that says more than its budget', () => {
  const admission = { framesPerSecond: 10 };

  it('is read at the pace of its budget, and loses nothing', async () => {
    const { rig, car: terminal } = await driving({ core: { admission } });
    for (let second = 0; second < 60; second++) terminal.say(ID.location, report(second));
    await rig.run(1000);
    expect(terminal.acks.length).toBeLessThan(45);
    await rig.run(5000);
    expect(terminal.acks).toHaveLength(60);
    expect(terminal.acks.every((ack) => ack.endsWith('success'))).toBe(true);
    expect(rig.core.counters.held.budget).toBeGreaterThan(0);
  });

  it('leaves other links alone', async () => {
    const { rig, car: loud } = await driving({ core: { admission } });
    const quiet = await rig.login(OTHER);
    for (let second = 0; second < 60; second++) loud.say(ID.location, report(second));
    quiet.say(ID.location, report(0));
    await rig.run(200);
    expect(quiet.acks).toHaveLength(1);
  });

  it('has a budget with all others of its source that have not authenticated either', async () => {
    const rig = await rigOf({ core: { admission, maxConnections: 200 } });
    const honest = await rig.login(OTHER);
    const strangers = Array.from({ length: 150 }, (_, n) => rig.dial(car(n)));
    // Each may say one a second and two at once, and all together a hundred and two hundred.
    for (let n = 0; n < 2; n++) {
      for (const stranger of strangers) stranger.say(ID.heartbeat);
      await rig.run(10);
    }
    expect(rig.core.counters.held.budget).toBeGreaterThan(90);
    // One that has proved who it is does not wait with them.
    const serial = honest.say(ID.heartbeat);
    await rig.run(10);
    expect(honest.acks).toEqual([`${serial}:0002:success`]);
    // Nor is anybody blamed for it, who may be one of a fleet behind one address.
    const before = rig.core.counters.packets;
    await rig.run(5000);
    rig.dial(car(160)).say(ID.heartbeat);
    await rig.run(10);
    expect(rig.core.counters.packets - before).toBe(1);
  });

  it('pays for noise by the KiB, and has a tenth of it before it has authenticated', async () => {
    const rig = await rigOf({ core: { admission } });
    const stranger = rig.dial(CAR);
    const noise = new Uint8Array(1024).fill(0x31);
    for (let chunk = 0; chunk < 40; chunk++) stranger.link.write(noise);
    const before = rig.core.counters.octets;
    await rig.run(3000);
    expect(rig.core.counters.octets - before).toBeLessThanOrEqual(7 * 1024);
  });

  it('is not heard over UDP until the budget allows it: what cannot wait is dropped', async () => {
    const rig = await rigOf({ core: { admission } });
    const stranger = rig.dial(CAR, { datagram: true });
    for (let n = 0; n < 20; n++) stranger.say(ID.heartbeat);
    await rig.run(10);
    expect(rig.core.counters.datagramsDropped).toBeGreaterThan(10);
    expect(rig.core.counters.packets).toBeLessThan(5);
  });
});

describe('a disk that is behind', () => {
  it('has links wait unread above the limit and read again below half of it; nothing is refused', async () => {
    const { rig, car: terminal } = await driving({ core: { admission: { lagBytes: 500 } } }, COMMIT_MS);
    for (let second = 0; second < 40; second++) terminal.say(ID.location, report(second));
    await rig.run(50);
    expect(rig.core.counters.held.lag).toBe(1);
    expect(rig.journal.state.pendingBytes).toBeLessThan(1200);
    await rig.run(60 * COMMIT_MS);
    expect(terminal.acks).toHaveLength(40);
    expect(terminal.acks.filter((ack) => !ack.endsWith('success'))).toEqual([]);
    expect(frames(rig).filter((frame) => frame.startsWith('0200'))).toHaveLength(40);
    expect(rig.records.some((record) => record.terminal === TERMINAL)).toBe(true);
  });
});

describe('when every place is taken', () => {
  it('a datagram peer that has proved nothing makes room, the oldest first, so that forged sources keep nobody out', async () => {
    const rig = await rigOf({ core: { maxConnections: 3 } });
    const own = await rig.login(CAR);
    const [older, newer] = [rig.dial(car(1), { datagram: true }), rig.dial(car(2), { datagram: true })];
    const other = rig.dial(OTHER);
    await rig.run(10);
    expect([own, older, newer, other].map(({ taken, closedAs }) => taken && closedAs === undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(rig.core.counters).toMatchObject({ peersYielded: 1, turnedAway: 0 });
    expect(rig.dial(car(3)).taken).toBe(true);
    await rig.run(10);
    // Nobody is left who has not come over a link.
    expect(rig.dial(car(4)).taken).toBe(false);
    expect(rig.core.counters).toMatchObject({ peersYielded: 2, turnedAway: 1 });
  });
});
