import { beforeEach, expect, test } from 'vitest';
import { authenticationBody, heard, frameOf, ID, terminalAckBody } from '../../../support/terminal-frames.ts';
import type { Rig, Terminal } from '../../support/rig.ts';
import { CAR, driving, TERMINAL } from '../support.ts';
import { type Lines, linesOf, sentence } from './support.ts';

const HOUR = 3_600_000;
const CARD = sentence('BDICI,0000001,0,2097151,0,60,3,N,0');
const WENT_OUT = sentence('BDFKI,TXA,Y,Y,0,0000');
const NO_CARD = sentence('BDFKI,000000,TCQ,N,5,0');

let rig: Rig;
let car: Terminal;
let lines: Lines;

const written = (): string[] => lines.device.written.map((octets) => Buffer.from(octets).toString('latin1').trim());
const stateOf = (id: string) => rig.core.commands.get(id);

async function order(id: string, type = 'textMessage', body: object = { flag: [], text: id }): Promise<void> {
  const submitted = rig.core.mailbox.submit({
    id,
    terminal: TERMINAL,
    type,
    body,
    by: 'operator',
    expiresAt: rig.clock.now() + HOUR,
  });
  await rig.run();
  await submitted;
  await rig.run();
}

async function drive(away = true): Promise<void> {
  ({ rig, car } = await driving());
  lines = await linesOf(rig, '/dev/ttyS0', `0166166=${TERMINAL}`);
  if (!away) return;
  car.link.close('local');
  await rig.run();
}

/** Another link of the terminal, and all that it is told over that. */
async function comeBack(): Promise<void> {
  const { code } = car;
  car = rig.dial(CAR);
  car.say(ID.authentication, authenticationBody(2013, code));
  await rig.run();
}

beforeEach(() => drive());

test('a text for a terminal beyond reach goes to its card, and is done when the machine has sent it', async () => {
  lines.device.say(CARD);
  await order('come home');
  expect(written()).toEqual([sentence('CCTXA,0166166,1,2,A4636F6D6520686F6D65').trim()]);
  expect(stateOf('come home')?.state).toBe('sent');
  lines.device.say(WENT_OUT);
  await rig.run();
  expect(stateOf('come home')).toMatchObject({ state: 'done', result: { result: 'success', via: 'rdss' } });
  expect(lines.serial.counters[0]?.shortMessages).toEqual({ sent: 1, refused: 0, expired: 0 });
});

test('it waits for a machine as well, and other commands wait for a link', async () => {
  await order('first');
  await order('where', 'locationQuery', {});
  expect(written()).toEqual([]);
  lines.device.say(CARD);
  await rig.run();
  expect(written()).toHaveLength(1);
  expect([stateOf('first')?.state, stateOf('where')?.state]).toEqual(['sent', 'accepted']);
});

test('one that waits its turn goes over the link when there is one; one that is on its way does not', async () => {
  lines.device.say(CARD);
  await order('first');
  await order('second');
  expect(written()).toHaveLength(1);
  await comeBack();
  const texts = car.answers.filter(({ header }) => header.id === 0x8300).map(({ body }) => body as { text: string });
  expect(texts.map(({ text }) => text)).toEqual(['second']);
  lines.device.say(WENT_OUT);
  await rig.run(120_000);
  expect(written()).toHaveLength(1);
  expect(stateOf('first')?.state).toBe('done');
});

test('one that the machine will not send waits for a link', async () => {
  lines.device.say(CARD);
  await order('first');
  lines.device.say(NO_CARD);
  await rig.run();
  expect(stateOf('first')?.state).toBe('sent');
  await comeBack();
  const sent = car.chunks.flatMap(heard).find(({ header }) => header.id === 0x8300)!;
  car.link.write(frameOf(CAR, ID.terminalAck, car.serial++, terminalAckBody(sent.header.serial, 0x8300, 'success')));
  await rig.run();
  expect(stateOf('first')?.state).toBe('done');
});

test('one that nobody could send expires', async () => {
  lines.device.say(CARD);
  await order('first');
  lines.device.say(WENT_OUT);
  await order('second');
  lines.device.unplug();
  await rig.run(HOUR + 1000);
  expect(stateOf('second')).toMatchObject({ state: 'expired' });
});

test('a terminal that can be reached is told over its link', async () => {
  await drive(false);
  lines.device.say(CARD);
  await order('hello');
  expect(written()).toEqual([]);
  expect(car.answers.map(({ header }) => header.id)).toContain(0x8300);
});
