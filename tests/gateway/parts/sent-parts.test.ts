import { describe, expect, it } from 'vitest';
import { PartsCounters } from '../../../gateway/parts/counters.ts';
import { type Resender, SentParts } from '../../../gateway/parts/sent-parts.ts';
import { type DecodedMessage, encodeBody } from '../../../protocol/index.ts';
import { ID, NOON, type Speaker, terminalAckBody } from '../../support/terminal-frames.ts';
import { rigOf } from '../intake/support.ts';

const MODERN: Speaker = { phone: '00000000013912345678', revision: 2019 };
const TERMINAL = '13912345678';

/** A resend request of 2019. */
const request = (originalSerial: number, packageIds: number[]): Uint8Array =>
  encodeBody(0x0005, 2019, { originalSerial, packageIds });

function partsIn(answers: readonly DecodedMessage[]): string[] {
  return answers
    .filter(({ header }) => header.id === ID.text)
    .map(({ header }) => `${header.number}/${header.total}#${header.serial}`);
}

async function sending(): Promise<{
  rig: Awaited<ReturnType<typeof rigOf>>;
  car: Awaited<ReturnType<Awaited<ReturnType<typeof rigOf>>['login']>>;
}> {
  const rig = await rigOf();
  const car = await rig.login(MODERN);
  void rig.core.mailbox.submit({
    id: 'long',
    terminal: TERMINAL,
    type: 'textMessage',
    body: { flag: [], textType: 'notification', text: 'x'.repeat(2500) },
    expiresAt: NOON + 3_600_000,
    by: 'test',
  });
  await rig.run();
  return { rig, car };
}

describe('a long message of ours', () => {
  it('is sent again as far as the terminal asks for it: the same parts with the same serials', async () => {
    const { rig, car } = await sending();
    const [first] = car.answers;
    const { serial } = first!.header;
    expect(partsIn(car.answers)).toEqual([1, 2, 3].map((n) => `${n}/3#${serial + n - 1}`));
    const [, second, third] = car.answers;
    const octets = [second, third].map((part) => part!.body);
    car.forget();
    car.say(ID.resendRequest, request(serial, [2, 3, 3, 0, 9]));
    await rig.run();
    expect(partsIn(car.answers)).toEqual([`2/3#${serial + 1}`, `3/3#${serial + 2}`]);
    expect(car.answers.map(({ body }) => body)).toEqual(octets);
    expect(car.acks).toEqual([]);
    expect(rig.core.parts.counters).toMatchObject({ resent: 2, notResent: 0 });
  });

  it('is settled by the serial of any of its parts', async () => {
    const { rig, car } = await sending();
    const serial = car.answers[1]!.header.serial;
    car.say(ID.terminalAck, terminalAckBody(serial, ID.text, 'success'));
    await rig.run();
    // Whoever answers each part answers the others within the reply timeout.
    await rig.run(11_000);
    expect(rig.core.commands.get('long')?.state).toBe('done');
  });

  it('that nobody remembers is counted, and costs the link nothing', async () => {
    const { rig, car } = await sending();
    car.forget();
    car.say(ID.resendRequest, request(5000, [1, 2]));
    await rig.run();
    expect(car.answers).toEqual([]);
    expect(rig.core.parts.counters).toMatchObject({ resent: 0, notResent: 2 });
  });
});

describe('what is remembered of sent parts', () => {
  const link = (): Resender & { asked: string[] } => {
    const asked: string[] = [];
    return { asked, resend: ({ serial }, numbers) => void asked.push(`${serial}:${numbers.join()}`) };
  };

  it('is eight messages of a link, the newest where serials have come round', () => {
    const sent = new SentParts(new PartsCounters());
    const one = link();
    for (let n = 0; n < 9; n++) sent.remember(one, { id: 1, serial: 10 * n, body: new Uint8Array(2000) });
    sent.remember(one, { id: 1, serial: 80, body: new Uint8Array(2000) });
    for (const serial of [0, 10, 81]) sent.requested(one, { originalSerial: serial, packageIds: [1] });
    expect(one.asked).toEqual(['10:1', '80:1']);
    expect(sent.bytes).toBe(8 * 2000);
    sent.forget(one);
    expect(sent.bytes).toBe(0);
  });

  it('is 16 MiB in all: beyond, the oldest goes', () => {
    const sent = new SentParts(new PartsCounters());
    const links = Array.from({ length: 5 }, link);
    for (const one of links) sent.remember(one, { id: 1, serial: 7, body: new Uint8Array(4 << 20) });
    for (const one of links) sent.requested(one, { originalSerial: 7, packageIds: [2] });
    expect(links.map(({ asked }) => asked)).toEqual([[], ['7:2'], ['7:2'], ['7:2'], ['7:2']]);
    expect(sent.bytes).toBe(16 << 20);
  });
});
