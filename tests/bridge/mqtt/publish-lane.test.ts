import { Duplex, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../bridge/index.ts';
import { PublishLane } from '../../../bridge/mqtt/publish-lane.ts';

/** A lane over a socket of two streams: what it writes, and what the broker says. */
function laneOver(version: 4 | 5) {
  const up = new PassThrough();
  const down = new PassThrough();
  const socket = Duplex.from({ readable: down, writable: up });
  const lane = new PublishLane(socket, version);
  const writes: Buffer[] = [];
  up.on('data', (chunk: Buffer) => writes.push(chunk));
  const passed: Buffer[] = [];
  lane.on('data', (chunk: Buffer) => passed.push(chunk));
  return { lane, socket, writes, passed, says: (octets: Uint8Array) => down.write(octets) };
}

function packetsIn(octets: Buffer, protocolVersion: 4 | 5): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion });
  reader.on('packet', (packet) => packets.push(packet));
  reader.parse(octets);
  return packets;
}

const turns = async (n = 5): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};
const ack = (messageId: number): Buffer => generate({ cmd: 'puback', messageId });

describe.each([4, 5] as const)('in MQTT of version %i', (version) => {
  let wire: ReturnType<typeof laneOver>;
  beforeEach(() => {
    wire = laneOver(version);
  });

  it('publishes of one turn are one write, and what the library reads in it', async () => {
    const texts = ['', 'x', '京A·00001', 'y'.repeat(127), 'z'.repeat(20_000)];
    for (const [i, payload] of texts.entries()) {
      wire.lane.publish({ topic: `t/${i}`, payload, retain: i % 2 === 1 }, () => undefined);
    }
    await turns();
    expect(wire.writes.length).toBe(1);
    const packets = packetsIn(Buffer.concat(wire.writes), version) as IPublishPacket[];
    expect(
      packets.map(({ topic, payload, qos, retain, messageId, dup }) => ({
        topic,
        payload: String(payload),
        qos,
        retain,
        messageId,
        dup,
      })),
    ).toEqual(
      texts.map((payload, i) => ({
        topic: `t/${i}`,
        payload,
        qos: 1,
        retain: i % 2 === 1,
        messageId: i + 1,
        dup: false,
      })),
    );
  });

  it('a payload larger than a slab goes out whole, between its neighbours', async () => {
    const large = 'q'.repeat(200_000);
    for (const payload of ['before', large, 'after'])
      wire.lane.publish({ topic: 't', payload, retain: false }, () => undefined);
    await turns();
    const packets = packetsIn(Buffer.concat(wire.writes), version) as IPublishPacket[];
    expect(packets.map(({ payload }) => String(payload))).toEqual(['before', large, 'after']);
  });

  it('however the octets are cut, confirmations settle their publishes and the rest comes out as it was', async () => {
    const between = [
      generate({ cmd: 'pingresp' }),
      generate({ cmd: 'suback', messageId: 1, granted: [1] }, { protocolVersion: version }),
      generate(
        { cmd: 'publish', topic: 'a/b', payload: 'p'.repeat(300), qos: 0, dup: false, retain: false },
        { protocolVersion: version },
      ),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.nat(between.length - 1).map((i) => ({ other: i })),
            fc.constant({ ack: true }),
          ),
          { maxLength: 30 },
        ),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
        async (said, cuts) => {
          const { lane, passed, says } = laneOver(version);
          const settled: number[] = [];
          const expected: Buffer[] = [];
          const octets: Buffer[] = [];
          let id = 0;
          for (const each of said) {
            if ('other' in each) {
              octets.push(between[each.other]!);
              expected.push(between[each.other]!);
            } else {
              const own = ++id;
              lane.publish({ topic: 't', payload: '', retain: false }, () => settled.push(own));
              octets.push(ack(own));
            }
          }
          const all = Buffer.concat(octets);
          for (let at = 0, i = 0; at < all.length; i++) {
            const size = cuts[i] ?? 50;
            says(all.subarray(at, at + size));
            at += size;
          }
          await turns();
          expect(settled).toEqual(Array.from({ length: id }, (_, i) => i + 1));
          expect(Buffer.concat(passed).equals(Buffer.concat(expected))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a confirmation', () => {
  it('of MQTT 5 with a reason of 0x80 or above is a refusal', async () => {
    const { lane, says } = laneOver(5);
    const faults: (DeliveryError | undefined)[] = [];
    for (let i = 0; i < 3; i++) lane.publish({ topic: 't', payload: '', retain: false }, (fault) => faults.push(fault));
    says(generate({ cmd: 'puback', messageId: 1, reasonCode: 0x10 }, { protocolVersion: 5 }));
    says(
      generate(
        { cmd: 'puback', messageId: 2, reasonCode: 0x87, properties: { reasonString: 'no' } },
        { protocolVersion: 5 },
      ),
    );
    says(
      generate(
        { cmd: 'puback', messageId: 3, reasonCode: 0x97, properties: { reasonString: 'n'.repeat(200) } },
        { protocolVersion: 5 },
      ),
    );
    await turns();
    expect(faults[0]).toBeUndefined();
    expect(faults.slice(1)).toMatchObject([
      { code: 'MQTT_REFUSED', retry: true, message: expect.stringContaining('0x87') },
      { code: 'MQTT_REFUSED', retry: true, message: expect.stringContaining('0x97') },
    ]);
  });

  it('for nothing that is on the way is nobody’s', async () => {
    const { lane, says, passed } = laneOver(4);
    says(ack(77));
    let settled = 0;
    lane.publish({ topic: 't', payload: '', retain: false }, () => settled++);
    says(ack(1));
    says(ack(1));
    await turns();
    expect([settled, passed]).toEqual([1, []]);
  });
});

it('an answer has the correlation of the question', async () => {
  const { lane, writes } = laneOver(5);
  lane.publish({ topic: 'answers/7', payload: '{}', retain: false, correlation: Buffer.from([1, 2]) }, () => undefined);
  await turns();
  expect(packetsIn(Buffer.concat(writes), 5)).toMatchObject([
    { topic: 'answers/7', qos: 1, messageId: 1, properties: { correlationData: Buffer.from([1, 2]) } },
  ]);
});

it('what mqtt.js writes keeps its place among the publishes', async () => {
  const { lane, writes } = laneOver(4);
  lane.publish({ topic: 't', payload: '1', retain: false }, () => undefined);
  lane.write(generate({ cmd: 'pingreq' }));
  lane.publish({ topic: 't', payload: '2', retain: false }, () => undefined);
  await turns();
  expect(packetsIn(Buffer.concat(writes), 4).map(({ cmd }) => cmd)).toEqual(['publish', 'pingreq', 'publish']);
});

describe('identifiers', () => {
  it('of publishes on the way are not given again, and past the bound a publish is refused at once', async () => {
    const { lane, writes, says } = laneOver(4);
    const faults: DeliveryError[] = [];
    const publish = (payload: string): void =>
      lane.publish({ topic: 't', payload, retain: false }, (fault) => void (fault !== undefined && faults.push(fault)));
    publish('oldest');
    // All identifiers but the oldest one come round.
    for (let i = 2; i <= 65_535; i++) {
      publish('');
      if (i % 1000 === 0 || i === 65_535) {
        await turns(1);
        for (let id = Math.max(2, Math.floor((i - 1) / 1000) * 1000 + 1); id <= i; id++) says(ack(id));
        await turns(1);
      }
    }
    writes.length = 0;
    publish('next');
    await turns();
    expect(packetsIn(Buffer.concat(writes), 4)).toMatchObject([{ messageId: 2 }]);
    expect(faults).toEqual([]);
    for (let i = 0; i < 32_766; i++) publish('');
    expect(faults).toMatchObject([{ code: 'MQTT_CONNECTION_LOST', retry: true }]);
  });
});

describe('the end of the connection', () => {
  it('ends the lane, and what is published then is refused', async () => {
    const { lane, socket } = laneOver(4);
    const closed = new Promise((resolve) => lane.on('close', resolve));
    const said = new Promise((resolve) => lane.on('error', resolve));
    const cut = new Error('cut');
    socket.destroy(cut);
    expect(await said).toBe(cut);
    await closed;
    const fault = await new Promise<DeliveryError | undefined>((resolve) =>
      lane.publish({ topic: 't', payload: '', retain: false }, resolve),
    );
    expect(fault).toMatchObject({ code: 'MQTT_CONNECTION_LOST', retry: true });
  });

  it('given up, each publish on the way is told once', async () => {
    const { lane, says } = laneOver(4);
    const told: unknown[] = [];
    for (let i = 0; i < 2; i++)
      lane.publish({ topic: 't', payload: '', retain: false }, (fault) => told.push(fault?.code));
    lane.giveUp(new DeliveryError('MQTT_CONNECTION_LOST', 'broke', { retry: true }));
    says(ack(1));
    await turns();
    expect(told).toEqual(['MQTT_CONNECTION_LOST', 'MQTT_CONNECTION_LOST']);
  });
});
