/** Commands by HTTP, as accounts of several roles and divisions give them, to terminals on sockets. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StoredAccount, writeAccounts } from '../../gateway/access/account-file.ts';
import { hashPassword, hashToken } from '../../gateway/access/secrets.ts';
import type { Gateway } from '../../gateway/main.ts';
import { xingji } from '../gateway/cli/xingji.ts';
import { gatewayHere, temporaryFolder } from '../support/gateway.ts';
import { WireTerminal } from '../support/wire-terminal.ts';

const ACCOUNTS = [
  ['root', 'operator', ''],
  ['second', 'platform', ''],
  ['kunming', 'unit', '5301'],
  ['hebei', 'operator', '13'],
  ['watcher', 'supervisor', ''],
  ['money', 'finance', ''],
] as const;
const tokenOf = (name: string): string => `${name}-token-of-this-test`;

const folder = temporaryFolder();
let gateway: Gateway;
let car: WireTerminal;
let other: WireTerminal;

interface Said {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(as: string, path: string, json?: unknown): Promise<Said> {
  const response = await fetch(`${gateway.ready.http}/api/v1${path}`, {
    method: json === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${tokenOf(as)}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function until(path: string, state: string): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 300; tries++) {
    const { body } = await ask('root', path);
    if (body['state'] === state) return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${path} was never ${state}`);
}

async function logIn(phone: string, provinceId: number, cityId: number): Promise<WireTerminal> {
  const terminal = await new WireTerminal({ phone }).connect(gateway.ready.jt808);
  const about = { manufacturerId: 'XJING', terminalModel: 'XJ-1', terminalId: 'T1', plateColor: 'blue', plate: '' };
  const serial = terminal.send('terminalRegistration', { provinceId, cityId, ...about });
  const { body } = await terminal.answer(
    ({ name, body: reply }) => name === 'registrationResponse' && reply['replySerial'] === serial,
  );
  await terminal.authenticate(body['authCode'] as string);
  return terminal;
}

/** Answers the next message of that name with 0x0001. */
async function acknowledge(terminal: WireTerminal, name: string, id: number): Promise<void> {
  const { serial } = await terminal.answer((answer) => answer.name === name, name);
  terminal.send('terminalAck', { replySerial: serial, replyId: id, result: 'success' });
}

beforeAll(async () => {
  const accounts = ACCOUNTS.map(
    ([name, role, prefix]): StoredAccount => ({
      name,
      role,
      prefix,
      password: null,
      tokens: [hashToken(tokenOf(name))],
    }),
  );
  const random = (count: number): Uint8Array => randomBytes(count);
  const password = await hashPassword('mqtt-of-this-test', random);
  accounts.push({ name: 'yunnan', role: 'platform', prefix: '53', password, tokens: [] });
  writeAccounts(join(folder.path, 'accounts.json'), accounts);
  gateway = await gatewayHere(folder.path, {}, { XINGJI_COMMANDS_APPROVAL: 'dangerous' });
  car = await logIn('013900000001', 53, 102);
  other = await logIn('013900000002', 13, 102);
});
afterAll(async () => {
  car.end();
  other.end();
  await gateway.stop();
  folder.remove();
});

const CAR = '/terminals/13900000001/commands';
const text = (id: string, over: object = {}) => ({
  id,
  type: 'textMessage',
  body: { flag: ['display'], text: `您好 ${id}` },
  ...over,
});

describe('a command', () => {
  it('is taken, answered by the terminal, listed and looked up', async () => {
    expect(await ask('kunming', CAR, text('t1', { priority: 'urgent' }))).toMatchObject({
      status: 202,
      body: { id: 't1', terminal: '13900000001', division: '530102', by: 'kunming', priority: 'urgent' },
    });
    await acknowledge(car, 'textMessage', 0x8300);
    expect(await until('/commands/t1', 'done')).toMatchObject({ result: { result: 'success' } });
    const { body } = await ask('watcher', '/commands?terminal=013900000001&state=done&type=textMessage');
    expect(body).toMatchObject({ items: [{ id: 't1' }], next: null });
  });

  it('comes page by page, newest first', async () => {
    for (const id of ['p1', 'p2', 'p3']) await ask('root', CAR, text(id));
    const one = await ask('root', '/commands?terminal=13900000001&limit=2');
    expect((one.body['items'] as { id: string }[]).map(({ id }) => id)).toEqual(['p3', 'p2']);
    const two = await ask('root', `/commands?terminal=13900000001&limit=1&cursor=${String(one.body['next'])}`);
    expect((two.body['items'] as { id: string }[]).map(({ id }) => id)).toEqual(['p1']);
  });

  it('that can do harm waits for a second person', async () => {
    const lock = { id: 'lock', type: 'vehicleControl', body: { flag: ['doorLock'] } };
    expect(await ask('root', CAR, lock)).toMatchObject({
      status: 202,
      body: { state: 'accepted', approval: 'needed' },
    });
    expect((await ask('watcher', '/commands?awaiting=true')).body).toMatchObject({
      items: [{ id: 'lock', by: 'root' }],
    });
    expect((await ask('root', '/commands/lock/approve', '{}')).status).toBe(403);
    expect(car.answers.some(({ name }) => name === 'vehicleControl')).toBe(false);
    expect(await ask('watcher', '/commands/lock/approve', '{}')).toMatchObject({
      status: 200,
      body: { approvedBy: 'watcher', by: 'root' },
    });
    const { serial } = await car.answer(({ name }) => name === 'vehicleControl');
    car.send('terminalAck', { replySerial: serial, replyId: 0x8500, result: 'failure' });
    expect(await until('/commands/lock', 'failed')).toMatchObject({ code: 'TERMINAL_REFUSED', approvedBy: 'watcher' });
    expect(await ask('second', '/commands/lock/approve', '{}')).toMatchObject({
      status: 409,
      body: { code: 'command-conflict' },
    });
  });

  it('leaves a trace of who ordered it and who let it through', () => {
    const trail = readFileSync(join(folder.path, 'audit.jsonl'), 'utf8');
    const entries = trail
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as object);
    expect(entries).toContainEqual(
      expect.objectContaining({
        who: 'root',
        what: 'command.ordered',
        subject: 'command:lock',
        after: { type: 'vehicleControl', terminal: '13900000001' },
      }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ who: 'watcher', what: 'command.approved', subject: 'command:lock' }),
    );
  });

  it('that waits is turned down with a reason, or withdrawn by who asked', async () => {
    await ask('root', CAR, { id: 'no', type: 'terminalControl', body: { command: 'powerOff' } });
    expect((await ask('kunming', '/commands/no/reject', { reason: 'mine is the car' })).status).toBe(403);
    expect((await ask('watcher', '/commands/no/reject', {})).status).toBe(400);
    expect((await ask('watcher', '/commands/no/reject', { reason: 'not now' })).status).toBe(200);
    expect(await until('/commands/no', 'failed')).toMatchObject({
      code: 'COMMAND_REJECTED',
      reason: 'watcher: not now',
    });
  });
});

describe('a command to many', () => {
  it('goes to those of a division and tells the state of each', async () => {
    const call = { ...text('call'), target: { division: '' } };
    const { status, body } = await ask('root', '/commands', call);
    expect([status, body['state'], (body['terminals'] as object[]).length]).toEqual([202, 'launched', 2]);
    await acknowledgeLast(other);
    await until('/commands/call:13900000002', 'done');
    expect((await ask('root', '/commands/call')).body).toMatchObject({ finished: false, counts: { done: 1, sent: 1 } });
    expect((await ask('kunming', '/commands/call')).body).toMatchObject({
      counts: { sent: 1 },
      terminals: [{ terminal: '13900000001', id: 'call:13900000001' }],
    });
    expect((await ask('root', '/commands?group=call')).body['items']).toHaveLength(2);
  });

  it('reaches only what the account reaches', async () => {
    const { body } = await ask('kunming', '/commands', { ...text('mine'), target: { division: '' } });
    expect(body['terminals']).toMatchObject([{ terminal: '13900000001' }]);
    expect((await ask('kunming', '/commands', { ...text('x1'), target: { division: '13' } })).status).toBe(422);
    const named = { terminals: ['13900000001', '13900000002'] };
    expect((await ask('kunming', '/commands', { ...text('x2'), target: named })).status).toBe(404);
    expect((await ask('root', '/commands/x2')).status).toBe(404);
  });
});

async function acknowledgeLast(terminal: WireTerminal): Promise<void> {
  await terminal.answer(({ name }) => name === 'textMessage');
  const { serial } = terminal.answers.findLast(({ name }) => name === 'textMessage')!;
  terminal.send('terminalAck', { replySerial: serial, replyId: 0x8300, result: 'success' });
}

describe('what is tried and refused', () => {
  it.each([
    ['another division’s terminal', 'hebei', CAR, text('a1'), 404],
    ['an account that may not command', 'watcher', CAR, text('a2'), 403],
    ['an account that may not do harm', 'kunming', CAR, { type: 'vehicleControl', body: { flag: ['doorLock'] } }, 403],
    [
      'a server of somebody else, by a unit',
      'kunming',
      CAR,
      { type: 'setTerminalParameters', body: { params: { mainServerAddress: '203.0.113.1' } } },
      403,
    ],
    ['an order that hides in a text', 'kunming', CAR, text('a3', { body: { flag: [], text: '*HQ,RELAY,1#' } }), 403],
    ['an unknown field', 'root', CAR, text('a4', { retain: true }), 400],
    ['an unknown field of the message', 'root', CAR, text('a5', { body: { flag: [], text: 'a', __proto: 1 } }), 422],
    ['a body for another type', 'root', CAR, text('a6', { body: [] }), 400],
    ['an answer of the platform', 'root', CAR, { type: 'registrationResponse', body: {} }, 422],
    ['a priority that is none', 'root', CAR, text('a7', { priority: 'now' }), 400],
    ['a body over the bound', 'root', CAR, text('a8', { body: { flag: [], text: '长'.repeat(60_000) } }), 413],
    ['a target that is two', 'root', '/commands', { ...text('a9'), target: { division: '53', terminals: ['1'] } }, 400],
    ['a point beyond the pole', 'root', '/commands', nearest(91), 400],
    ['approving what is not there', 'second', '/commands/none/approve', '{}', 404],
    ['approving without the right', 'kunming', '/commands/t1/approve', '{}', 403],
  ])('%s', async (_what, as, path, json, status) => {
    const before = car.answers.length;
    expect(await ask(as, path, json)).toMatchObject({ status });
    expect(car.answers.length).toBe(before);
  });

  function nearest(latitude: number): object {
    return { ...text('far'), target: { nearest: { latitude, longitude: 0, count: 1 } } };
  }

  it('an id that comes again with another body, type or terminal', async () => {
    await ask('root', CAR, text('once'));
    expect((await ask('root', CAR, text('once'))).status).toBe(202);
    expect((await ask('root', CAR, text('once', { body: { flag: [], text: 'twice' } }))).status).toBe(409);
    expect((await ask('root', CAR, { id: 'once', type: 'locationQuery' })).status).toBe(409);
    expect((await ask('root', '/terminals/13900000002/commands', text('once'))).status).toBe(409);
    expect((await ask('root', '/commands', { ...text('once'), target: { division: '53' } })).status).toBe(409);
  });

  it('a look at commands of other divisions', async () => {
    expect((await ask('hebei', '/commands/t1')).status).toBe(404);
    expect((await ask('hebei', '/commands/t1/approve', '{}')).status).toBe(404);
    expect((await ask('hebei', '/commands?division=53')).body).toEqual({ items: [], next: null });
    expect((await ask('money', '/commands')).status).toBe(403);
    expect((await ask('nobody', '/commands')).status).toBe(401);
  });
});

it('ids that nobody gave are unguessable', async () => {
  const { body } = await ask('root', CAR, { type: 'locationQuery' });
  expect(body['id']).toMatch(/^c-[A-Za-z0-9_-]{16}$/);
});

describe('by command line', () => {
  const command = (as: string, ...args: string[]) =>
    xingji(['command', ...args, '--url', gateway.ready.http, '--token', tokenOf(as)]);

  it('is sent, waited for, listed and shown', async () => {
    const body = '{"flag":["display"],"text":"从命令行"}';
    const sent = command(
      'root',
      'send',
      'textMessage',
      '--terminal',
      '13900000001',
      '--body',
      body,
      '--id',
      'cli',
      '--wait',
      '20s',
    );
    await car.until(() => car.answers.some((answer) => answer.body['text'] === '从命令行'), 'the text');
    await acknowledgeLast(car);
    expect(await sent).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ {2}cli {2}textMessage {2}13900000001 {2}done/) as string,
    });
    expect((await command('watcher', 'list', '--terminal', '13900000001', '--limit', '1')).out).toMatch(/ {2}cli {2}/);
    const shown = await command('watcher', 'show', 'cli', '--json');
    expect(JSON.parse(shown.out)).toMatchObject({ id: 'cli', state: 'done', by: 'root' });
  });

  it('to many says what became of it at each', async () => {
    const { out, code } = await command('root', 'send', 'locationQuery', '--division', '13', '--id', 'climany');
    expect(out).toMatch(
      /climany {2}locationQuery {2}1 terminals {2}launched[^\n]*\n {2}13900000002 {2}(sent|accepted)\n/,
    );
    expect(code).toBe(0);
  });

  it('is approved by another', async () => {
    const reset = [
      'send',
      'terminalControl',
      '--terminal',
      '13900000001',
      '--body',
      '{"command":"reset"}',
      '--id',
      'clireset',
    ];
    expect((await command('root', ...reset)).out).toMatch(/clireset .* waits for approval/);
    expect((await command('watcher', 'list', '--awaiting')).out).toMatch(/clireset/);
    expect(await command('root', 'approve', 'clireset')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^command-forbidden: .*second person/) as string,
    });
    expect((await command('second', 'approve', 'clireset')).out).toMatch(/approved by second/);
  });

  it('is one line and the right exit code where it cannot be', async () => {
    expect(await command('root', 'send', 'textMessage')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--terminal, --division or --nearest/) as string,
    });
    expect(await command('root', 'send', 'x', '--terminal', '1', '--body', '[]')).toMatchObject({ code: 2 });
    expect(await command('nobody', 'list')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^token: /) as string,
    });
    expect(await xingji(['command', 'list', '--data', '/nowhere'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/first-run.json cannot be read/) as string,
    });
    expect((await xingji(['command', 'types'])).out).toMatch(/^0x8103 {2}setTerminalParameters +设置终端参数$/m);
  });
});

describe('over MQTT', () => {
  it('a command to a division is answered with whom it is for, and each of those says what became of it', async () => {
    const { url } = gateway.ready.mqtt;
    const client = await connectAsync(url, { username: 'yunnan', password: 'mqtt-of-this-test' });
    const heard: { topic: string; said: Record<string, unknown> }[] = [];
    client.on('message', (topic, payload) =>
      heard.push({ topic, said: JSON.parse(payload.toString()) as Record<string, unknown> }),
    );
    await client.subscribeAsync(['xingji/v1/53/reply', 'xingji/v1/53/+/+/+/reply'], { qos: 1 });
    const saying = (topic: string, state: string): Record<string, unknown> | undefined =>
      heard.find((one) => one.topic === topic && one.said['state'] === state)?.said;
    const call = { ...text('m1', { priority: 'urgent' }), target: { division: '' } };
    await client.publishAsync('xingji/v1/53/command', JSON.stringify(call), { qos: 1 });
    const own = 'xingji/v1/53/01/02/13900000001/reply';
    while (saying(own, 'sent') === undefined || saying('xingji/v1/53/reply', 'accepted') === undefined)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(saying('xingji/v1/53/reply', 'accepted')).toMatchObject({
      id: 'm1',
      terminals: [{ terminal: '13900000001' }],
    });
    expect(saying(own, 'sent')).toMatchObject({ id: 'm1:13900000001', group: 'm1' });
    // Of another province nothing is chosen, and nothing is heard; nor may it be asked for there.
    await client.publishAsync('xingji/v1/13/command', JSON.stringify({ ...call, id: 'm2' }), { qos: 1 });
    await client.publishAsync('xingji/v1/53/command', JSON.stringify({ ...call, id: 'm3', body: { flag: 7 } }), {
      qos: 1,
    });
    while (saying('xingji/v1/53/reply', 'failed') === undefined)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(saying('xingji/v1/53/reply', 'failed')).toMatchObject({ id: 'm3', code: 'COMMAND_BODY' });
    expect((await ask('root', '/commands/m2')).status).toBe(404);
    await client.endAsync();
  });
});
