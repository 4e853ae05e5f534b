import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Account,
  type Command,
  type CommandInlet,
  type CommandSource,
  createMqttInlet,
  type GroupCommand,
  type GroupSource,
  InletRefusal,
  type MqttChannel,
  type MqttInletOptions,
  type Received,
} from '../../../bridge/index.ts';
import { VirtualClock } from '../../../protocol/index.ts';

const NOW = Date.parse('2026-11-21T02:30:00Z');
const TOPIC = 'xingji/v1/53/01/02/13912345678/command';
const REPLY = 'xingji/v1/53/01/02/13912345678/reply';
const LATER = '2026-11-21T10:40:00+08:00';

interface Answer {
  readonly topic: string;
  readonly [field: string]: unknown;
}

let clock: VirtualClock;
let answers: Answer[];
let faults: unknown[];
let filters: readonly string[];
let receive: (message: Received) => Promise<void>;
let taken: { command: Command; source: CommandSource }[];
let facts: { kind: string; fact: unknown }[];
let inlet: CommandInlet;

const channel: MqttChannel = {
  connected: true,
  publish: ({ topic, payload, retain }, settled) => {
    answers.push({ topic, ...(retain ? { retain } : {}), ...(JSON.parse(payload) as object) });
    settled();
  },
  reset: () => undefined,
  onConnected: () => () => undefined,
  subscribe: (wanted, sink) => {
    filters = wanted;
    receive = sink;
  },
};

function begin(options: Partial<MqttInletOptions> = {}): void {
  createMqttInlet({ channel, inlet, clock, onFault: (error) => faults.push(error), ...options });
}

function send(payload: unknown, topic = TOPIC, over: Partial<Received> = {}): Promise<void> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return receive({ topic, payload: Buffer.from(text), retain: false, account: null, ...over });
}

beforeEach(() => {
  clock = new VirtualClock(NOW);
  [answers, faults, taken, facts] = [[], [], [], []];
  inlet = {
    onCommand: async (command, source) => {
      taken.push({ command, source });
    },
    onFact: async (kind, fact) => {
      facts.push({ kind, fact });
    },
  };
  begin();
});

describe('a command', () => {
  it('is handed on with where it came from', async () => {
    const account: Account = { name: 'dispatch', role: 'platform', prefix: '53' };
    await send({ id: 'c1', type: 'textMessage', body: { text: '注意安全' }, expiresAt: LATER }, TOPIC, { account });
    expect(taken).toEqual([
      {
        command: { id: 'c1', type: 'textMessage', body: { text: '注意安全' }, expiresAt: LATER },
        source: { division: '530102', terminal: '13912345678', account },
      },
    ]);
    expect(answers).toEqual([]);
  });

  it('without a body or an expiry gets an empty one and the default lifetime', async () => {
    begin({ lifetimeMs: 60_000 });
    await send({ id: 'c1', type: 'locationQuery' });
    expect(taken[0]?.command).toEqual({
      id: 'c1',
      type: 'locationQuery',
      body: {},
      expiresAt: '2026-11-21T02:31:00.000Z',
    });
  });

  const good = { id: 'c1', type: 'textMessage', body: {}, expiresAt: LATER };
  const bad: [what: string, payload: unknown, state: string, id: string, reason: RegExp][] = [
    ['not JSON', '{"id":', 'failed', '', /not JSON/],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'failed', '', /not JSON in UTF-8/],
    ['no object', '[]', 'failed', '', /payload: is \[\], must be object/],
    ['no id', { type: 'textMessage' }, 'failed', '', /^id: is missing$/],
    ['no type', { id: 'c1' }, 'failed', 'c1', /^type: is missing$/],
    ['an id that is a number', { ...good, id: 7 }, 'failed', '', /^id: is 7, must be string$/],
    ['a body that is text', { ...good, body: 'hello' }, 'failed', 'c1', /^body: is "hello", must be object$/],
    ['a type that is no name', { ...good, type: '0x8300' }, 'failed', 'c1', /^type: is "0x8300"/],
    ['an unknown field', { ...good, urgent: true }, 'failed', 'c1', /^urgent: is not a known field$/],
    [
      'a time without zone',
      { ...good, expiresAt: '2026-11-21T10:40:00' },
      'failed',
      'c1',
      /^expiresAt: .* expected an ISO 8601 date-time$/,
    ],
    ['two faults', { id: '', type: 1 }, 'failed', '', /^id: .*; type: /],
    ['an expiry that is past', { ...good, expiresAt: '2026-11-21T10:29:59+08:00' }, 'expired', 'c1', /is past$/],
    [
      'a prototype',
      '{"id":"c1","type":"textMessage","__proto__":{}}',
      'failed',
      'c1',
      /__proto__: is not a known field/,
    ],
  ];
  it.each(bad)(
    'with %s is answered on the reply topic and changes nothing',
    async (_what, payload, state, id, reason) => {
      const octets = Buffer.isBuffer(payload)
        ? payload
        : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
      await receive({ topic: TOPIC, payload: octets, retain: false, account: null });
      expect(answers).toEqual([
        expect.objectContaining({
          topic: REPLY,
          id,
          state,
          terminal: '13912345678',
          seq: 0,
          reason: expect.stringMatching(reason) as string,
        }),
      ]);
      expect(taken).toEqual([]);
      expect(faults).toEqual([]);
    },
  );

  it('over the bound is refused unread', async () => {
    await send({ id: 'c1', type: 'textMessage', body: { text: 'x'.repeat(64 * 1024) } });
    expect(answers[0]).toMatchObject({
      id: '',
      code: 'COMMAND_INVALID',
      reason: expect.stringMatching(/octets, expected at most 65536$/) as string,
    });
  });

  it('that was retained is refused', async () => {
    await send(good, TOPIC, { retain: true });
    expect(answers[0]).toMatchObject({ id: 'c1', state: 'failed', code: 'COMMAND_RETAINED' });
    expect(taken).toEqual([]);
  });

  it('that comes twice is taken once, also while the first is being taken', async () => {
    await Promise.all([send(good), send(good)]);
    await send(good);
    expect(taken.length).toBe(1);
    expect(answers).toEqual([]);
  });

  it('of the same id that is another goes on, for the gateway to refuse', async () => {
    await send(good);
    await send({ ...good, body: { text: 'other' } });
    expect(taken.length).toBe(2);
  });

  it('for another terminal may have the same id', async () => {
    await send(good);
    await send(good, 'xingji/v1/53/01/02/13912345679/command');
    expect(taken.length).toBe(2);
  });

  it('that the gateway refuses is answered with its reason and may be sent again', async () => {
    let attempts = 0;
    inlet.onCommand = async () => {
      if (attempts++ === 0) throw new InletRefusal('COMMAND_BODY', 'body.text: is missing');
    };
    await send(good);
    await send(good);
    expect(answers).toEqual([
      expect.objectContaining({ id: 'c1', state: 'failed', code: 'COMMAND_BODY', reason: 'body.text: is missing' }),
    ]);
    expect(attempts).toBe(2);
  });

  it('that meets a fault of ours is answered without telling which', async () => {
    inlet.onCommand = () => Promise.reject(new Error('/var/lib/xingji: disk full'));
    await send(good);
    expect(answers).toEqual([
      expect.objectContaining({ code: 'COMMAND_REFUSED', reason: 'the gateway could not take it' }),
    ]);
    expect(faults).toEqual([new Error('/var/lib/xingji: disk full')]);
  });

  it('is refused as busy while too many are being taken', async () => {
    let release: () => void = () => undefined;
    inlet.onCommand = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    begin({ maxPending: 1 });
    const first = send(good);
    await send({ ...good, id: 'c2' });
    expect(answers).toEqual([expect.objectContaining({ id: '', code: 'INLET_BUSY' })]);
    release();
    await first;
    inlet.onCommand = async () => undefined;
    await send({ ...good, id: 'c2' });
    expect(answers.length).toBe(1);
  });

  it('on a topic that is no command topic is passed over', async () => {
    for (const topic of [
      'xingji/v1/53/01/2/13912345678/command',
      'xingji/v1/53/01/02/1 2/command',
      'xingji/v1/feed/unknown',
    ]) {
      await send(good, topic);
    }
    expect([...taken, ...facts, ...answers]).toEqual([]);
  });
});

describe('a fact', () => {
  const place = { id: 'p1', kind: 'depot', latitude: 25.04, longitude: 102.71, radius: 200 };
  const archive = {
    id: 'v1',
    vehicle: 'v1',
    plate: '云A12345',
    plateColor: 2,
    division: '530102',
    unit: '机关事务管理局',
    terminal: '13912345678',
  };

  it('is handed on by its kind', async () => {
    await send(place, 'xingji/v1/feed/place');
    await send(archive, 'xingji/v1/feed/archive');
    expect(facts).toEqual([
      { kind: 'place', fact: place },
      { kind: 'archive', fact: archive },
    ]);
  });

  it('with an unknown field is refused by its name', async () => {
    await send({ ...place, colour: 'red' }, 'xingji/v1/feed/place');
    expect(answers).toEqual([
      {
        topic: 'xingji/v1/feed/place/rejected',
        id: 'p1',
        kind: 'place',
        code: 'FACT_INVALID',
        reason: 'colour: is not a known field',
      },
    ]);
    expect(facts).toEqual([]);
  });

  it('of another division than the sender’s is refused', async () => {
    const account: Account = { name: 'dali', role: 'platform', prefix: '5329' };
    await send(archive, 'xingji/v1/feed/archive', { account });
    expect(answers[0]).toMatchObject({ code: 'FACT_REFUSED', reason: 'division: is 530102, expected one within 5329' });
    expect(facts).toEqual([]);
  });

  it('is not subscribed to where nobody takes facts', () => {
    expect(filters).toEqual(['xingji/v1/+/+/+/+/command', 'xingji/v1/feed/+']);
    inlet = { onCommand: inlet.onCommand.bind(inlet) };
    begin();
    expect(filters).toEqual(['xingji/v1/+/+/+/+/command']);
  });
});

it('forgets the oldest ids when there are too many', async () => {
  begin({ rememberedIds: 2 });
  for (const id of ['a', 'b', 'c', 'c', 'a']) await send({ id, type: 'locationQuery' });
  expect(taken.map(({ command }) => command.id)).toEqual(['a', 'b', 'c', 'a']);
});

describe('a command to many', () => {
  const call = { id: 'g1', type: 'textMessage', body: {}, target: { division: '53' }, expiresAt: LATER };
  let groups: { command: GroupCommand; source: GroupSource }[];

  beforeEach(() => {
    groups = [];
    inlet = {
      ...inlet,
      onGroup: async (command, source) => {
        groups.push({ command, source });
        return { terminals: [{ terminal: '1', distance: 5 }], refused: { 2: 'COMMAND_BODY: no' } };
      },
    };
    begin();
  });

  it('is handed on with the divisions of its topic, and answered there with whom it is for', async () => {
    await send(call, 'xingji/v1/53/01/command');
    await send({ ...call, id: 'g2' }, 'xingji/v1/command');
    expect(groups.map(({ source }) => source)).toEqual([
      { division: '5301', account: null },
      { division: '', account: null },
    ]);
    expect(groups[0]!.command).toEqual(call);
    expect(
      answers.map(({ topic, id, state, terminals, refused }) => ({ topic, id, state, terminals, refused })),
    ).toEqual([
      {
        topic: 'xingji/v1/53/01/reply',
        id: 'g1',
        state: 'accepted',
        terminals: [{ terminal: '1', distance: 5 }],
        refused: { 2: 'COMMAND_BODY: no' },
      },
      expect.objectContaining({ topic: 'xingji/v1/reply', id: 'g2' }),
    ]);
  });

  it.each([
    ['without a target', { ...call, target: undefined }],
    ['with two targets', { ...call, target: { division: '53', terminals: ['1'] } }],
    ['to the nearest none', { ...call, target: { nearest: { latitude: 1, longitude: 1, count: 0 } } }],
    ['to nobody', { ...call, target: { terminals: [] } }],
  ])('%s is refused', async (_what, payload) => {
    await send(payload, 'xingji/v1/53/command');
    expect(groups).toEqual([]);
    expect(answers).toMatchObject([
      { topic: 'xingji/v1/53/reply', id: 'g1', state: 'failed', code: 'COMMAND_INVALID' },
    ]);
  });

  it('is subscribed to at every level, and on no other topic', async () => {
    expect(filters).toEqual([
      'xingji/v1/+/+/+/+/command',
      'xingji/v1/command',
      'xingji/v1/+/command',
      'xingji/v1/+/+/command',
      'xingji/v1/+/+/+/command',
      'xingji/v1/feed/+',
    ]);
    for (const topic of ['xingji/v1/feed/command', 'xingji/v1/5/command', 'xingji/v1/gateway/x/command'])
      await send(call, topic);
    expect([...groups, ...answers]).toEqual([]);
  });
});

describe('a response topic', () => {
  const good = { id: 'c1', type: 'locationQuery', expiresAt: LATER };
  const response = { topic: 'dispatch/answers/7', correlation: 'AQI=' };

  it('is handed on, and hears of a refusal', async () => {
    const heard: unknown[] = [];
    const respond = (to: unknown, payload: string): void => void heard.push([to, JSON.parse(payload)]);
    begin({ channel: { ...channel, respond } });
    await send(good, TOPIC, { response });
    expect(taken[0]!.source.response).toEqual(response);
    await send({ ...good, id: 'c2', type: '?' }, TOPIC, { response });
    expect(heard).toEqual([[response, expect.objectContaining({ id: 'c2', state: 'failed' })]]);
  });

  it.each(['', 'a/+/b', 'a/#', '$SYS/x', TOPIC, 'xingji/v1/feed/archive', 'jt808/1/1/dn', 'x'.repeat(300)])(
    'may not be %s',
    async (topic) => {
      await send(good, TOPIC, { response: { topic } });
      expect(taken).toEqual([]);
      expect(answers).toMatchObject([{ id: 'c1', code: 'COMMAND_INVALID' }]);
    },
  );
});
