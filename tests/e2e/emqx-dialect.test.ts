/** A platform built for EMQX's gateway, against ours: its topics, its JSON, both ways. */
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../gateway/config/load.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { createLogger } from '../../gateway/observe/log.ts';
import { processClock } from '../../gateway/process-clock.ts';
import { temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const PHONE = '013900000077';

interface Heard {
  readonly topic: string;
  readonly message: { readonly header: Record<string, unknown>; readonly body: Record<string, unknown> };
}

describe('with mqtt.dialect emqx', () => {
  const folder = temporaryFolder();
  let gateway: Gateway;
  let client: MqttClient;
  let terminal: WireTerminal;
  const heard: Heard[] = [];
  const topics: string[] = [];

  const waiting = new Set<() => void>();

  function hears(id: number): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never heard ${id}`)), 15_000);
      const look = (): void => {
        const found = heard.find(({ message: { header } }) => header['msg_id'] === id);
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  }

  beforeAll(async () => {
    const flags = {
      jt808: '127.0.0.1:0',
      mqtt: '127.0.0.1:0',
      http: '127.0.0.1:0',
      data: folder.path,
      logLevel: 'silent',
    };
    const loaded = loadConfig({ env: { XINGJI_MQTT_DIALECT: 'emqx' }, flags });
    if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
    const { config } = loaded;
    gateway = await startGateway(config, createLogger({ level: 'silent', node: config.node, clock: processClock }));
    const { url, username, password } = gateway.ready.mqtt;
    client = await connectAsync(url, { username: username!, password: password! });
    client.on('message', (topic, payload) => {
      topics.push(topic);
      if (topic.startsWith('jt808/'))
        heard.push({ topic, message: JSON.parse(payload.toString()) as Heard['message'] });
      for (const look of waiting) look();
    });
    await client.subscribeAsync(['jt808/+/+/up', 'xingji/v1/#'], { qos: 1 });
    terminal = await new WireTerminal({ phone: PHONE }).connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
  });
  afterAll(async () => {
    terminal.end();
    await client.endAsync();
    await gateway.stop();
    folder.remove();
  });

  it('what a terminal says is published to its up topic, a record a message, with the numbers of the wire', async () => {
    const serial = terminal.send('locationReport', report(1));
    const { topic, message } = await hears(0x0200);
    expect(topic).toBe(`jt808/${PHONE}/${PHONE}/up`);
    expect(message.header).toMatchObject({ phone: PHONE, msg_sn: serial, encrypt: 0 });
    expect(message.body).toMatchObject({
      latitude: 24_880_100,
      speed: 425,
      time: '261122100001',
      extra: { mileage: 12_345, rssi: 26, gnss_sat_num: 12 },
    });
    terminal.send('batchLocationUpload', {
      dataType: 'normalBatchReport',
      items: [{ location: report(2) }, { location: report(3) }],
    });
    const batch = await hears(0x0704);
    expect(batch.message.body).toMatchObject({ type: 0, length: 2, location: [{ speed: 425 }, { speed: 425 }] });
  });

  it('what a platform sends to the down topic reaches the terminal, and what is wrong does no harm', async () => {
    const topic = `jt808/${PHONE}/${PHONE}/dn`;
    await client.publishAsync(topic, 'no JSON', { qos: 1 });
    await client.publishAsync(topic, JSON.stringify({ header: { msg_id: 0x8300 }, body: { flag: 'x' } }), { qos: 1 });
    await client.publishAsync(
      topic,
      JSON.stringify({ header: { msg_id: 0x8300 }, body: { flag: 4, text: '请速回' } }),
      { qos: 1 },
    );
    const { body } = await terminal.answer(({ name }) => name === 'textMessage', 'the text');
    expect(body['text']).toBe('请速回');
  });

  it('registration, authentication and our own topics are kept back', () => {
    const ids = new Set(heard.map(({ message: { header } }) => header['msg_id']));
    expect(ids).toEqual(new Set([0x0200, 0x0704]));
    expect(topics.filter((topic) => /\/(position|message|state|reply)$/.test(topic))).toEqual([]);
  });
});
