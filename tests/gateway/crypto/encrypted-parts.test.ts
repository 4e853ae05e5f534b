/** Messages that are encrypted before they are split, both ways, over restarts and repetitions. */
import { describe, expect, it } from 'vitest';
import { type BodyCipher, Deframer, formatHex, newHeader, readHeader } from '../../../protocol/index.ts';
import { frameOf, ID, location, bodyOf } from '../../support/terminal-frames.ts';
import { order, submit } from '../command/support.ts';
import { CAR } from '../intake/support.ts';
import { assembledIn, MEDIA, picturesOf, pixels, shotBody } from '../parts/support.ts';
import { Rig, type Terminal } from '../support/rig.ts';

const MAKERS = 2;
/** Every octet turned, and a nonce in front that is another each time: what is encrypted twice differs, as with RSA. */
let nonce = 0;
const cipher: BodyCipher = {
  decrypt: (body) => (body.length < 2 ? undefined : body.subarray(1).map((octet) => octet ^ 0xff)),
  encrypt: (body) => Uint8Array.of(++nonce & 0xff, ...body.map((octet) => octet ^ 0xff)),
};
const KEY = { e: 65537, n: new Uint8Array(128).fill(7) };

async function driving(): Promise<{ rig: Rig; car: Terminal }> {
  const rig = await new Rig({ core: { ciphers: { [MAKERS]: cipher }, sealer: () => cipher } }).start();
  const car = await rig.login(CAR);
  await rig.run(5000);
  return { rig, car };
}

/** Parts of an encrypted message, from `serial` on. */
function partsOf(id: number, serial: number, body: Uint8Array): Uint8Array[] {
  const sealed = cipher.encrypt(body, {} as never);
  const total = Math.ceil(sealed.length / 400);
  return Array.from({ length: total }, (_, i) => {
    const part = sealed.subarray(i * 400, (i + 1) * 400);
    return frameOf(CAR, id, serial + i, part, { encryption: MAKERS, part: { total, number: i + 1 } });
  });
}

const batch = bodyOf('batchLocationUpload', 2013, {
  dataType: 'blindZoneSupplement',
  items: Array.from({ length: 30 }, () => ({ location: bodyOf('locationReport', 2013, location()) })),
});

describe('an encrypted message in parts', () => {
  it('is acknowledged part by part, and journalled whole in the clear', async () => {
    const { rig, car } = await driving();
    for (const frame of partsOf(0x0704, 10, batch)) car.link.write(frame);
    await rig.run();
    expect(new Set(car.acks.map((ack) => ack.split(':')[2]))).toEqual(new Set(['success']));
    const whole = rig.records.find(({ kind }) => kind === 'assembled');
    expect(formatHex(whole!.payload.subarray(12))).toBe(formatHex(batch));
    expect(rig.core.latest.get('13912345678')?.last?.report.latitude).toBeCloseTo(24.88);
  });

  it.each([1, 'all'] as const)('of which %s came before a kill is whole after it, once', async (before) => {
    const { rig, car } = await driving();
    const frames = partsOf(0x0704, 10, batch);
    const first = before === 'all' ? frames : frames.slice(0, before);
    for (const frame of first) car.link.write(frame);
    await rig.run();
    rig.kill();
    await rig.start();
    const back = await rig.login(CAR, car.code);
    for (const frame of frames.slice(first.length)) back.link.write(frame);
    await rig.run();
    rig.kill();
    await rig.start();
    await rig.run(5000);
    expect(assembledIn(rig).length).toBe(1);
  });

  it('may be a picture', async () => {
    const { rig, car } = await driving();
    const data = pixels(3, 1500);
    for (const frame of partsOf(MEDIA, 10, shotBody({ multimediaId: 3, data }))) car.link.write(frame);
    await rig.run();
    expect(picturesOf(rig).map(([, content]) => content)).toEqual([Buffer.from(data).toString('base64')]);
  });

  it('that no cipher is there for is kept as it came, and answered with result 3', async () => {
    const rig = await new Rig().start();
    const car = await rig.login(CAR);
    for (const frame of partsOf(0x0704, 10, batch)) car.link.write(frame);
    await rig.run();
    expect(new Set(car.acks.map((ack) => ack.split(':')[2]))).toEqual(new Set(['notSupported']));
    expect(assembledIn(rig)).toEqual([]);
  });
});

describe('a command to a terminal that encrypts', () => {
  const text = { flag: ['display'], text: '长'.repeat(900) };
  const sent = (car: Terminal): Uint8Array[] => car.chunks.filter((chunk) => chunk[1] === 0x83);

  /** Packets of a chunk, as they are on the wire. */
  function packetsIn(chunk: Uint8Array): { serial: number; encryption: number; body: Uint8Array }[] {
    const found: { serial: number; encryption: number; body: Uint8Array }[] = [];
    new Deframer().feed(chunk, {
      packet(b, start, end) {
        const header = newHeader();
        expect(readHeader(b, start, end, header)).toBeUndefined();
        const { serial, encryption, bodyAt, bodyEnd } = header;
        found.push({ serial, encryption, body: new Uint8Array(b.subarray(bodyAt, bodyEnd)) });
      },
      fault() {},
    });
    return found;
  }

  /** The terminal has told its key, and says something encrypted. */
  async function encrypting(): Promise<{ rig: Rig; car: Terminal }> {
    const { rig, car } = await driving();
    car.say(0x0a00, bodyOf('terminalRsaPublicKey', 2013, KEY));
    const report = cipher.encrypt(bodyOf('locationReport', 2013, location()), {} as never);
    car.link.write(frameOf(CAR, ID.location, 99, report, { encryption: MAKERS }));
    await rig.run();
    car.forget();
    return { rig, car };
  }

  it('is encrypted before it is split, and the same octets when it is sent again', async () => {
    const { rig, car } = await encrypting();
    await submit(rig, order('c', 'textMessage', text));
    const [first] = sent(car);
    const parts = packetsIn(first!);
    expect(parts.map(({ encryption }) => encryption)).toEqual([MAKERS, MAKERS]);
    const joined = Buffer.concat(parts.map(({ body }) => body));
    expect(formatHex(cipher.decrypt(joined, {} as never)!)).toBe(
      formatHex(bodyOf('textMessage', 2013, { ...text, flag: 4 })),
    );
    await rig.run(11_000);
    expect(sent(car).length).toBe(2);
    expect(formatHex(sent(car)[1]!)).toBe(formatHex(first!));
    // And so are parts that the terminal has missed.
    car.say(
      ID.resendRequest,
      bodyOf('terminalResendRequest', 2013, { originalSerial: parts[0]!.serial, packageIds: [2] }),
    );
    await rig.run();
    expect(formatHex(first!)).toContain(formatHex(sent(car)[2]!));
  });

  it('stays so over a restart, where the terminal still encrypts', async () => {
    const { rig, car } = await encrypting();
    rig.kill();
    await rig.start();
    const back = await rig.login(CAR, car.code);
    await submit(rig, order('clear', 'locationQuery'));
    await submit(rig, order('early', 'textMessage', { flag: [], text: 'a' }));
    expect(back.answers.map(({ header }) => header.encryption)).toEqual([0, 0]);
    const report = cipher.encrypt(bodyOf('locationReport', 2013, location()), {} as never);
    back.link.write(frameOf(CAR, ID.location, 7, report, { encryption: MAKERS }));
    await rig.run();
    back.forget();
    await submit(rig, order('late', 'textMessage', { flag: [], text: 'b' }));
    expect(
      sent(back)
        .flatMap(packetsIn)
        .map(({ encryption }) => encryption),
    ).toEqual([MAKERS]);
  });

  it('is in the clear where the terminal has told no key', async () => {
    const { rig, car } = await driving();
    const report = cipher.encrypt(bodyOf('locationReport', 2013, location()), {} as never);
    car.link.write(frameOf(CAR, ID.location, 99, report, { encryption: MAKERS }));
    await rig.run();
    car.forget();
    await submit(rig, order('c', 'locationQuery'));
    expect(car.answers.map(({ header }) => header.encryption)).toEqual([0]);
  });
});
