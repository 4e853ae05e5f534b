import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, codecFor, type Message, type Revision, sample, seededRandom } from '../../../protocol/index.ts';
import type { Profile } from '../../../simulator/profiles/profile.ts';
import { PROFILES } from '../../../simulator/profiles/index.ts';
import { Drill } from '../support/drill.ts';
import { LOGIN, play, START, terminalOf } from '../support/machine.ts';
import { step } from '../../../simulator/firmware/step.ts';
import { requestOf } from '../../../simulator/firmware/hear.ts';
import type { Effect } from '../../../simulator/firmware/effects.ts';

const MESSAGES = (CATALOGUE as readonly Message[]).filter(({ about }) => about.from === 'platform');
const asks = MESSAGES.filter(({ about }) => (about.replies ?? []).length > 0);
const WALK = asks.flatMap((message) =>
  message.about.revisions.map((revision) => [message.name, revision, message] as const),
);
const SAMPLES = 4;

/** A terminal of a revision with everything that a terminal can have. */
function online(revision: Revision): Drill {
  const profile: Profile = { ...(PROFILES['E'] as Profile), revision };
  return new Drill(profile).until(60);
}

describe('a terminal answers every message of the platform', () => {
  it('of which the catalogue has dozens', () => {
    expect(WALK.length).toBeGreaterThan(100);
  });

  it.each(WALK)('%s (%d): as the standard provides', (_name, revision, message) => {
    const random = seededRandom(`${message.name} ${revision}`);
    for (let i = 0; i < SAMPLES; i++) {
      const drill = online(revision);
      const sent = drill.ask(message.id, sample(message, revision, random));
      const answers = sent.map(({ id }) => id);
      expect(answers.some((id) => id === 0x0001 || message.about.replies?.includes(id))).toBe(true);
      for (const { id, body, total } of sent)
        if (total === 0)
          expect(() => codecFor(id, revision)?.decode(body, 0, body.length, { note: () => {} } as never)).not.toThrow();
      // Whatever it was told to do, it lives on.
      drill.until(200);
    }
  });

  it.each(WALK)('%s (%d): also one without hardware', (_name, revision, message) => {
    const terminal = terminalOf({ revision });
    play(terminal, LOGIN);
    const octets = new Uint8Array(70_000);
    const body = sample(message, revision, seededRandom(message.name));
    const end = codecFor(message.id, revision)?.encode(body, octets, 0) ?? 0;
    const input = requestOf({ id: message.id, serial: 5, revision }, octets, 0, end);
    const effects: Effect[] = [];
    if (input !== undefined) step(terminal, input, START + 40, effects);
    const answers = effects.flatMap((effect) => (effect.kind === 'send' ? [effect.id] : []));
    expect(answers.some((id) => id === 0x0001 || message.about.replies?.includes(id))).toBe(true);
  });

  it('and bears any octets as their bodies, and lives on', () => {
    const ids = MESSAGES.map(({ id }) => id);
    fc.assert(
      fc.property(
        fc.constantFrom(2011 as const, 2013 as const, 2019 as const),
        fc.array(fc.tuple(fc.constantFrom(...ids), fc.uint8Array({ maxLength: 90 })), { minLength: 1, maxLength: 8 }),
        (revision, said) => {
          const drill = online(revision);
          for (const [i, [id, octets]] of said.entries()) {
            const input = requestOf({ id, serial: i, revision }, octets, 0, octets.length);
            if (input !== undefined) drill.input(input);
            drill.until(60 + 3 * (i + 1));
          }
          drill.until(400);
          expect(drill.seconds).toBe(400);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('and says of one that no standard has that it does not know it', () => {
    const drill = online(2019);
    drill.input({ kind: 'request', id: 0x8fff, serial: 9 });
    expect(drill.sent(0x0001).at(-1)?.body).toEqual(Uint8Array.of(0, 9, 0x8f, 0xff, 3));
  });
});

describe('what has an answer of its own and can be done is answered by it', () => {
  it.each([
    [0x8104, {}, 0x0104],
    [0x8106, { paramIds: [1, 0x29] }, 0x0104],
    [0x8107, {}, 0x0107],
    [0x8201, {}, 0x0201],
    [0x8702, {}, 0x0702],
    [0x8700, { command: 'standardVersion' }, 0x0700],
    [0x8500, { flag: 1 }, 0x0500],
    [0x8a00, { e: 3, n: new Uint8Array(128) }, 0x0a00],
    [0x8802, { type: 'image', channelId: 0, event: 'platformCommand', startTime: NaN, endTime: NaN }, 0x0802],
    [0x9003, {}, 0x1003],
  ] as const)('%i', (id, body, answer) => {
    expect(
      online(2013)
        .ask(id, body)
        .map((sent) => sent.id),
    ).toContain(answer);
  });
});
