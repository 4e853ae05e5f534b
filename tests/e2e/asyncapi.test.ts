/** Everything that a running gateway says over MQTT, held to its AsyncAPI: known topics, payloads in form, no field that is not told of. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AsyncApi } from '../../bridge/index.ts';
import type { Gateway } from '../../gateway/main.ts';
import { closed } from '../support/api-answers.ts';
import { gatewayHere, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const folder = temporaryFolder();
const T = '13900000001';
const heard: { readonly topic: string; readonly payload: unknown }[] = [];
let gateway: Gateway;
let client: MqttClient;
let terminal: WireTerminal;
let described: AsyncApi;

beforeAll(async () => {
  gateway = await gatewayHere(folder.path, {}, { XINGJI_COMMANDS_APPROVAL: 'dangerous' });
  described = (await (await fetch(`${gateway.ready.http}/api/asyncapi.json`)).json()) as AsyncApi;
  const { url, username, password } = gateway.ready.mqtt;
  client = await connectAsync(url, { username: username!, password: password! });
  client.on('message', (topic, payload) => {
    // What this test says itself comes back too.
    if (!/\/command$|\/feed\/\w+$/.test(topic))
      heard.push({ topic, payload: JSON.parse(payload.toString()) as unknown });
  });
  await client.subscribeAsync('xingji/v1/#', { qos: 1 });
  terminal = await new WireTerminal({ phone: `0${T}` }).connect(gateway.ready.jt808);
}, 60_000);
afterAll(async () => {
  terminal.end();
  await client.endAsync();
  await gateway.stop();
  folder.remove();
});

const leaf = (name: string): unknown[] => heard.filter(({ topic }) => topic.endsWith(`/${name}`));
const say = (topic: string, payload: object | string): Promise<unknown> =>
  client.publishAsync(`xingji/v1/${topic}`, typeof payload === 'string' ? payload : JSON.stringify(payload), {
    qos: 1,
  });

/** Checks by channel, of payloads without other fields than those described. */
function checks(): readonly { readonly name: string; readonly topic: RegExp; readonly check: ValidateFunction }[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date-time', fullFormats['date-time']);
  ajv.addFormat('date', fullFormats.date);
  ajv.addSchema(closed({ $id: 'http://contract.invalid/', components: described.components }) as object);
  return Object.entries(described.channels).map(([name, { address, messages }]) => {
    const topic = new RegExp(`^${address.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    const [{ $ref }] = Object.values(messages) as [{ readonly $ref: string }];
    return { name, topic, check: ajv.compile({ $ref: `http://contract.invalid/${$ref}/payload` }) };
  });
}

describe('whatever is said over MQTT', () => {
  it('is as the AsyncAPI of the gateway describes it', async () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    await terminal.registerAndAuthenticate();
    terminal.send('locationReport', report(0, { time: now, alarm: 1 }));
    terminal.send('locationReport', report(1, { time: now + 1000 }));
    terminal.send('terminalHeartbeat');
    await vi.waitFor(() => expect(leaf('event').length).toBeGreaterThan(0), { timeout: 15_000 });
    const to = `53/01/02/${T}/command`;
    await say(to, { id: 'c-1', type: 'textMessage', body: { flag: [], text: '致' } });
    await say(to, { id: 'c-2', type: 'noSuchThing' });
    await say(to, 'no JSON');
    await say('command', { id: 'g-1', type: 'locationQuery', target: { terminals: [T] } });
    await say('command', { id: 'g-2', type: 'locationQuery', target: { terminals: [] } });
    await say('feed/place', { id: 'P', kind: 'castle' });
    await say('feed/archive', {
      id: 'A',
      vehicle: 'V',
      plate: '云A12345',
      plateColor: 2,
      division: '530102',
      unit: 'U',
      terminal: T,
    });
    await terminal.answer(({ name }) => name === 'textMessage');
    await vi.waitFor(
      () => {
        expect(leaf('rejected').length).toBe(1);
        expect(heard.filter(({ topic }) => topic === 'xingji/v1/reply').length).toBe(2);
        expect(leaf('reply').length).toBeGreaterThan(6);
        expect(leaf('state').length).toBeGreaterThan(0);
      },
      { timeout: 15_000 },
    );
    const all = checks();
    const used = new Set<string>();
    for (const { topic, payload } of heard) {
      const channel = all.find((each) => each.topic.test(topic));
      expect(channel, topic).toBeDefined();
      used.add(channel!.name);
      const { check } = channel!;
      expect([check(payload), check.errors, topic, payload]).toEqual([true, null, topic, payload]);
    }
    const up = ['position', 'message', 'event', 'state', 'reply', 'replyAll', 'gatewayStatus', 'feed.place.rejected'];
    expect([...used]).toEqual(expect.arrayContaining(up));
  });
});
