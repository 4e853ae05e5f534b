/** Every request of the platform in the catalogue, in every edition that has it, from its JSON to the answer that ends it. */
import { describe, expect, it } from 'vitest';
import {
  CATALOGUE,
  codecFor,
  type Message,
  messageById,
  REVISIONS,
  seededRandom,
  toJson,
} from '../../../protocol/index.ts';
import { sample } from '../../../protocol/schema/sample.ts';
import { ID, type Speaker } from '../../support/terminal-frames.ts';
import { Rig, type Terminal } from '../support/rig.ts';
import { acknowledge, order, states, submit } from './support.ts';

const MEDIA_UPLOAD = 0x0801;
const SPEAKERS: Readonly<Record<number, Speaker>> = {
  2011: { phone: '013900002011', revision: 2011 },
  2013: { phone: '013900002013', revision: 2013 },
  2019: { phone: '00000000013900002019', revision: 2019, version: 1 },
};
const REQUESTS: readonly Message[] = CATALOGUE.filter(({ about }) => about.from === 'platform' && 'replies' in about);

/** The answer of a terminal to a request, as octets: the fields drawn, but the serial that it names. */
function answerTo(id: number, revision: 2011 | 2013 | 2019, serial: number): Uint8Array {
  const message: Message = messageById(id)!;
  const drawn = sample(message, revision, seededRandom(`answer:${id}:${revision}`)) as Record<string, unknown>;
  const body = {
    ...drawn,
    ...('replySerial' in message.body ? { replySerial: serial } : {}),
    ...(id === 0x0805 ? { result: 'success', multimediaIds: [] } : {}),
  };
  const out = new Uint8Array(64 * 1024);
  return out.subarray(0, codecFor(id, revision)!.encode(body, out, 0));
}

describe.each(REVISIONS)('by JT/T 808-%i', (revision) => {
  const ours = REQUESTS.filter(({ about }) => about.revisions.includes(revision));

  it.each(ours.map((message) => [message.name, message] as const))('%s', async (_name, message) => {
    const rig = await new Rig().start();
    const car: Terminal = await rig.login(SPEAKERS[revision]!);
    const random = seededRandom(`${message.name}:${revision}`);
    const drawn = sample(message, revision, random) as Record<string, unknown>;
    // Pictures that stay with the terminal: those that are sent have tests of their own.
    const value = message.name === 'cameraShootNow' ? { ...drawn, saveFlag: 'store' } : drawn;
    const body = toJson(message, revision, value as never);
    const terminal = SPEAKERS[revision]!.phone.replace(/^0+/, '');
    expect(await submit(rig, order('c', message.name, body, { terminal }))).toBe('accepted');
    const parts = car.answers.filter(({ header }) => header.id === message.id);
    expect(parts.length).toBeGreaterThan(0);
    if (parts.length === 1) expect(toJson(message, revision, parts[0]!.body as never)).toEqual(body);
    const { serial } = parts.at(-1)!.header;
    const specific = message.about.replies!.find((id) => id !== ID.terminalAck && id !== MEDIA_UPLOAD);
    const told = specific !== undefined && messageById(specific)!.about.revisions.includes(revision);
    if (message.about.replies!.includes(ID.terminalAck) || !told) acknowledge(car, message.id, serial);
    if (told) car.say(specific, answerTo(specific, revision, serial));
    await rig.run();
    // What asks for pictures waits for them.
    const end = message.about.replies!.includes(MEDIA_UPLOAD) ? 'acknowledged' : 'done';
    expect(states(rig, 'c').at(-1)).toBe(end);
  });
});

it('there are fifty of them', () => {
  expect(REQUESTS.length).toBeGreaterThanOrEqual(50);
});
