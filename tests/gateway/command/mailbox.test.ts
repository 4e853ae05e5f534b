import { describe, expect, it } from 'vitest';
import { CommandRefusal } from '../../../gateway/command/errors.ts';
import type { CommandRequest } from '../../../gateway/command/mailbox.ts';
import type { CommandStep } from '../../../gateway/command/command.ts';
import {
  authenticationBody,
  bodyOf,
  ID,
  location,
  NOON,
  registrationBody,
  type Speaker,
  terminalAckBody,
} from '../../support/terminal-frames.ts';
import { factsOf, Rig, type RigOptions, type Terminal } from '../support/rig.ts';

const CAR: Speaker = { phone: '013912345678', revision: 2013 };
const TERMINAL = '13912345678';
const HOUR = 3_600_000;

const text = (id: string, over: Partial<CommandRequest> = {}): CommandRequest => ({
  id,
  terminal: TERMINAL,
  type: 'textMessage',
  body: { flag: ['display'], text: `您好 ${id}` },
  expiresAt: NOON + HOUR,
  by: 'dispatcher',
  ...over,
});
const query = (id: string, over: Partial<CommandRequest> = {}): CommandRequest =>
  text(id, { type: 'locationQuery', body: {}, ...over });

/** Submits and lets everything settle; resolves with the refusal's code, or `accepted`. */
async function submit(rig: Rig, request: CommandRequest): Promise<string> {
  const outcome = rig.core.mailbox.submit(request).then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof CommandRefusal) return error.code;
      throw error;
    },
  );
  await rig.run();
  return outcome;
}

/** States that the journal holds of a command, in order. */
const states = (rig: Rig, id: string): string[] =>
  (factsOf(rig.disk, 'command') as CommandStep[]).filter((step) => step.id === id).map(({ state }) => state);

/** Requests that the terminal got, as `id#serial`. */
const asked = (car: Terminal): string[] =>
  car.answers
    .filter(({ header }) => header.id !== ID.platformAck)
    .map(({ header }) => `${header.id.toString(16)}#${header.serial}`);

const lastSerial = (car: Terminal): number => car.answers.at(-1)!.header.serial;

async function driving(options?: RigOptions): Promise<{ rig: Rig; car: Terminal }> {
  const rig = await new Rig(options).start();
  const car = await rig.login(CAR);
  await rig.run(5000);
  return { rig, car };
}

describe('a command', () => {
  it('is accepted when it is on disk and not before, and sent then', async () => {
    const { rig, car } = await driving();
    rig.storage.faults.commitMs = 100;
    let accepted = false;
    void rig.core.mailbox.submit(text('c1')).then(() => (accepted = true));
    await rig.run(99);
    expect([accepted, asked(car), states(rig, 'c1')]).toEqual([false, [], []]);
    await rig.run(1);
    expect([accepted, asked(car), states(rig, 'c1')]).toEqual([true, ['8300#2'], ['accepted']]);
    expect(rig.core.commands.get('c1')).toMatchObject({
      state: 'accepted',
      order: { type: 'textMessage', by: 'dispatcher' },
    });
  });

  it('is acknowledged and done when the terminal says that it succeeded', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    car.say(ID.terminalAck, terminalAckBody(lastSerial(car), ID.text, 'success'));
    await rig.run();
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent', 'acknowledged', 'done']);
    expect(rig.core.commands.get('c1')).toMatchObject({ state: 'done', result: { result: 'success' } });
    expect(rig.core.commands.waiting).toBe(0);
    await rig.run(HOUR);
    expect(asked(car).length).toBe(1);
  });

  it.each([
    ['failure', 'The terminal says that it failed.'],
    ['messageMalformed', 'The terminal says that the message is malformed.'],
    ['notSupported', 'The terminal does not support it.'],
    [9, 'The terminal refused.'],
  ] as const)('fails when the terminal says %s, with the reason', async (result, reason) => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    car.say(ID.terminalAck, terminalAckBody(lastSerial(car), ID.text, result));
    await rig.run();
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent', 'failed']);
    expect(rig.core.commands.get('c1')).toMatchObject({ code: 'TERMINAL_REFUSED', reason, result: { result } });
  });

  it('with an answer of its own is done when that comes, with what it says', async () => {
    const { rig, car } = await driving();
    await submit(rig, query('q1'));
    const serial = lastSerial(car);
    car.say(ID.terminalAck, terminalAckBody(serial, ID.locationQuery, 'success'));
    await rig.run();
    expect(states(rig, 'q1')).toEqual(['accepted', 'sent', 'acknowledged']);
    car.say(ID.locationResponse, bodyOf('locationQueryResponse', 2013, { replySerial: serial, location: location() }));
    await rig.run();
    expect(states(rig, 'q1')).toEqual(['accepted', 'sent', 'acknowledged', 'done']);
    expect(rig.core.commands.get('q1')).toMatchObject({
      result: { replySerial: serial, location: { latitude: 24.88, status: ['acc', 'positioned'] } },
    });
  });

  it('is not moved by answers to something else', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    const serial = lastSerial(car);
    car.say(ID.terminalAck, terminalAckBody(serial + 1, ID.text, 'success'));
    car.say(ID.terminalAck, terminalAckBody(serial, ID.setParameters, 'success'));
    car.say(ID.locationResponse, bodyOf('locationQueryResponse', 2013, { replySerial: serial, location: location() }));
    await rig.run();
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent']);
  });

  it('is settled by the serial of any of its parts', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1', { body: { flag: ['tts'], text: '长'.repeat(1500) } }));
    expect(asked(car)).toEqual(['8300#2', '8300#3', '8300#4']);
    expect(car.answers.map(({ header }) => [header.number, header.total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    car.say(ID.terminalAck, terminalAckBody(4, ID.text, 'success'));
    await rig.run();
    expect(states(rig, 'c1').at(-1)).toBe('done');
  });

  it('is sent in the form of the terminal', async () => {
    const rig = await new Rig().start();
    const car = await rig.login({ phone: '00000000013912345678', revision: 2019, version: 1 });
    await submit(rig, text('c1', { body: { flag: ['urgent'], textType: 'service', text: 'a' } }));
    expect(car.answers.map(({ phone, revision, body }) => [phone, revision, body])).toEqual([
      ['00000000013912345678', 2019, { flag: 2, textType: 'service', text: 'a' }],
    ]);
  });
});

describe('a terminal that does not answer', () => {
  it('is asked again after 10, 20 and 60 s with the same octets, and the command times out 240 s later', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    const at: number[] = [];
    const from = rig.clock.monotonic();
    for (let second = 0; second <= 340; second++) {
      const before = asked(car).length;
      // It is there, and busy.
      if (second % 30 === 29) car.say(ID.heartbeat);
      await rig.run(1000);
      if (asked(car).length > before) at.push(Math.round((rig.clock.monotonic() - from) / 1000));
      if (second === 328) expect(states(rig, 'c1')).toEqual(['accepted', 'sent']);
    }
    expect(at).toEqual([10, 30, 90]);
    const chunks = car.chunks.filter((chunk) => chunk[1] === 0x83).map((chunk) => Buffer.from(chunk).toString('hex'));
    expect([chunks.length, new Set(chunks).size]).toEqual([4, 1]);
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent', 'timedOut']);
    expect(rig.core.commands.get('c1')).toMatchObject({ code: 'NO_ANSWER' });
    expect(rig.core.mailbox.counters).toMatchObject({ repeated: 3, steps: { accepted: 1, sent: 1, timedOut: 1 } });
  });
});

describe('a terminal that is away', () => {
  it('gets its commands when it has logged in, in the order in which they were accepted', async () => {
    const { rig, car } = await driving();
    car.link.close('local');
    await rig.run();
    for (const id of ['z', 'a', 'm']) expect(await submit(rig, text(id))).toBe('accepted');
    expect(states(rig, 'z')).toEqual(['accepted']);
    const again = rig.dial(CAR);
    await rig.run(100);
    expect(asked(again)).toEqual([]);
    again.say(ID.authentication, authenticationBody(2013, car.code));
    await rig.run();
    const texts = again.answers.filter(({ header }) => header.id === ID.text);
    expect(texts.map(({ body }) => (body as { text: string }).text)).toEqual(['您好 z', '您好 a', '您好 m']);
    expect(states(rig, 'z')).toEqual(['accepted', 'sent']);
  });

  it('lets a command expire, which is not sent any more', async () => {
    const { rig, car } = await driving();
    car.link.close('local');
    await rig.run();
    await submit(rig, text('c1', { expiresAt: rig.clock.now() + 60_000 }));
    await rig.run(59_000);
    expect(states(rig, 'c1')).toEqual(['accepted']);
    await rig.run(2000);
    expect(states(rig, 'c1')).toEqual(['accepted', 'expired']);
    expect(asked(await rig.login(CAR, car.code))).toEqual([]);
  });

  it('gets a command again that it had not answered when its link broke', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    car.link.close('reset');
    await rig.run(20_000);
    const again = await loginKeeping(rig, car.code);
    expect(asked(again)).toEqual(['8300#0']);
    again.say(ID.terminalAck, terminalAckBody(0, ID.text, 'success'));
    await rig.run();
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent', 'sent', 'acknowledged', 'done']);
  });

  it('that was sent a command lets it expire when the time comes with no link to wait for', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1', { expiresAt: rig.clock.now() + 5000 }));
    await rig.run(6000);
    // An answer may still come.
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent']);
    car.link.close('reset');
    await rig.run();
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent', 'expired']);
    expect(asked(await loginKeeping(rig, car.code))).toEqual([]);
  });

  it('on one link and there on another is asked on that one, and times out by that one alone', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    await rig.run(5000);
    const second = await loginKeeping(rig, car.code);
    const from = rig.clock.monotonic();
    expect(asked(second)).toEqual(['8300#0']);
    while (states(rig, 'c1').at(-1) !== 'timedOut') {
      second.say(ID.heartbeat);
      await rig.run(1000);
    }
    expect(Math.round((rig.clock.monotonic() - from) / 1000)).toBeGreaterThanOrEqual(330);
    expect(asked(car).filter((one) => one.startsWith('8300')).length).toBe(1);
  });

  it('because it deregistered and came back on the same link is asked once', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    car.forget();
    car.say(ID.deregistration);
    await rig.run();
    car.say(ID.registration, registrationBody(2013));
    await rig.run();
    const { authCode } = car.answers.at(-1)!.body as { authCode: string };
    car.say(ID.authentication, authenticationBody(2013, authCode));
    await rig.run();
    const requests = asked(car).filter((one) => one.startsWith('8300'));
    expect(requests.length).toBe(1);
    car.say(ID.terminalAck, terminalAckBody(Number(requests[0]!.split('#')[1]), ID.text, 'success'));
    await rig.run(HOUR / 60);
    expect(states(rig, 'c1').at(-1)).toBe('done');
    expect(asked(car).filter((one) => one.startsWith('8300')).length).toBe(1);
  });
});

/** As `rig.login`, but what came behind the login is kept. */
async function loginKeeping(rig: Rig, code: string): Promise<Terminal> {
  const car = rig.dial(CAR);
  car.say(ID.authentication, authenticationBody(2013, code));
  await rig.run();
  expect(car.acks).toEqual(['0:0102:success']);
  return car;
}

describe('over a restart', () => {
  it.each(['kill', 'stop'] as const)(
    'after a %s what was not finished is taken up, in its order, and no more than that',
    async (how) => {
      const { rig, car } = await driving();
      await submit(rig, text('done'));
      car.say(ID.terminalAck, terminalAckBody(lastSerial(car), ID.text, 'success'));
      await submit(rig, text('zulu'));
      await submit(rig, text('alpha'));
      await submit(rig, text('short', { expiresAt: rig.clock.now() + 60_000 }));
      if (how === 'stop') await rig.stop();
      else rig.kill();
      await rig.run(120_000);
      await rig.start();
      expect(states(rig, 'short').at(-1)).toBe('expired');
      const again = await loginKeeping(rig, car.code);
      expect(asked(again)).toEqual(['8300#0', '8300#1']);
      expect(again.answers.slice(0, 2).map(({ body }) => (body as { text: string }).text)).toEqual([
        '您好 zulu',
        '您好 alpha',
      ]);
      for (const serial of [0, 1]) again.say(ID.terminalAck, terminalAckBody(serial, ID.text, 'success'));
      await rig.run();
      expect(['zulu', 'alpha', 'done'].map((id) => rig.core.commands.get(id)?.state)).toEqual(['done', 'done', 'done']);
    },
  );
});

describe('the same id twice', () => {
  it('is one command, at once, after it was accepted, and after it is done', async () => {
    const { rig, car } = await driving();
    rig.storage.faults.commitMs = 50;
    const both = Promise.all([rig.core.mailbox.submit(text('c1')), rig.core.mailbox.submit(text('c1'))]);
    await rig.run(300);
    await both;
    rig.storage.faults.commitMs = 0;
    await submit(rig, text('c1'));
    expect(asked(car)).toEqual(['8300#2']);
    car.say(ID.terminalAck, terminalAckBody(2, ID.text, 'success'));
    await rig.run();
    expect(await submit(rig, text('c1'))).toBe('accepted');
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent', 'acknowledged', 'done']);
    expect(asked(car)).toEqual(['8300#2']);
  });

  it('may be tried again where the journal had refused the first', async () => {
    const { rig } = await driving();
    rig.storage.faults.full = true;
    expect(await submit(rig, text('c1'))).toBe('JOURNAL_REFUSED');
    expect(await submit(rig, text('c1'))).toBe('JOURNAL_REFUSED');
    rig.storage.faults.full = false;
    await rig.run(3000);
    expect(await submit(rig, text('c1'))).toBe('accepted');
  });
});

describe('what is not taken', () => {
  it.each([
    ['a type that is no message', text('x', { type: 'makeCoffee' }), 'COMMAND_TYPE'],
    ['a message of terminals', text('x', { type: 'locationReport', body: {} }), 'COMMAND_TYPE'],
    ['an answer of ours', text('x', { type: 'platformAck', body: {} }), 'COMMAND_TYPE'],
    ['a body without a field', text('x', { body: { flag: [] } }), 'COMMAND_BODY'],
    ['a body with a field too many', text('x', { body: { flag: [], text: 'a', colour: 'red' } }), 'COMMAND_BODY'],
    ['a character that GBK does not have', text('x', { body: { flag: [], text: '🚗' } }), 'COMMAND_BODY'],
    ['a text beyond all bounds', text('x', { body: { flag: [], text: 'a'.repeat(70_000) } }), 'COMMAND_BODY'],
    ['a terminal that nobody knows', text('x', { terminal: '999' }), 'COMMAND_TERMINAL'],
    ['one that has expired', text('x', { expiresAt: NOON - 1 }), 'COMMAND_EXPIRED'],
  ] as const)('is %s: refused with a reason, and nothing is written', async (_what, request, code) => {
    const { rig } = await driving();
    expect(await submit(rig, request)).toBe(code);
    expect(factsOf(rig.disk, 'command')).toEqual([]);
  });

  it('is named in the reason', async () => {
    const { rig } = await driving();
    const reasonOf = (request: CommandRequest): Promise<string> =>
      rig.core.mailbox.submit(request).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await reasonOf(text('x', { type: 'makeCoffee' }))).toMatch(/"makeCoffee"/);
    expect(await reasonOf(text('x', { body: { flag: [], text: 'a', colour: 'red' } }))).toMatch(/colour/);
  });

  it('is more than fits: 100 for a terminal, and there is room when one has ended', async () => {
    const { rig, car } = await driving();
    car.link.close('local');
    await rig.run();
    for (let n = 0; n < 100; n++) expect(await submit(rig, text(`c${n}`))).toBe('accepted');
    expect(await submit(rig, text('more'))).toBe('COMMAND_QUEUE_FULL');
    const again = await loginKeeping(rig, car.code);
    again.say(ID.terminalAck, terminalAckBody(0, ID.text, 'success'));
    await rig.run();
    expect(await submit(rig, text('more'))).toBe('accepted');
  });
});

describe('more commands than a terminal is asked at once', () => {
  it('follow as answers come, each once', async () => {
    const { rig, car } = await driving();
    car.link.close('local');
    await rig.run();
    for (let n = 0; n < 100; n++) await submit(rig, text(`c${n}`));
    const again = await loginKeeping(rig, car.code);
    expect(asked(again).length).toBe(64);
    for (let answered = 0; answered < 100; answered++) {
      const serial = Number(asked(again)[answered]!.split('#')[1]);
      again.say(ID.terminalAck, terminalAckBody(serial, ID.text, 'success'));
      await rig.run();
    }
    expect(asked(again).length).toBe(100);
    expect(rig.core.commands.waiting).toBe(0);
  });
});

describe('an answer while the journal refuses', () => {
  it('is written when it can be, and the command is not sent again meanwhile', async () => {
    const { rig, car } = await driving();
    await submit(rig, text('c1'));
    rig.storage.faults.full = true;
    car.say(ID.terminalAck, terminalAckBody(lastSerial(car), ID.text, 'success'));
    await rig.run(3000);
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent']);
    car.link.close('reset');
    await rig.run();
    const again = await loginKeeping(rig, car.code);
    rig.storage.faults.full = false;
    await rig.run(5000);
    expect(asked(again)).toEqual([]);
    expect(states(rig, 'c1')).toEqual(['accepted', 'sent', 'done']);
  });
});

describe('a gateway that stops', () => {
  it('leaves no timer behind', async () => {
    const { rig } = await driving();
    await submit(rig, text('c1'));
    await submit(rig, query('q1'));
    await rig.stop();
    expect(rig.clock.pending).toBe(0);
  });
});
