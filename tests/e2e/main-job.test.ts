import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/main.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';
import { bodyOf, report, WireTerminal } from '../support/wire-terminal.ts';

interface Published {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
  readonly retain: boolean;
}

async function subscribed(
  gateway: Gateway,
): Promise<{ client: MqttClient; heard: Published[]; next(fits: (m: Published) => boolean): Promise<Published> }> {
  const { url, username, password } = gateway.ready.mqtt;
  const client = await connectAsync(url, { username: username!, password: password! });
  const heard: Published[] = [];
  const waiting = new Set<() => void>();
  client.on('message', (topic, payload, packet) => {
    heard.push({ topic, payload: JSON.parse(payload.toString()) as Record<string, unknown>, retain: packet.retain });
    for (const look of waiting) look();
  });
  await client.subscribeAsync('xingji/v1/#', { qos: 1 });
  return {
    client,
    heard,
    next: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`never heard; heard ${heard.map((m) => m.topic).join(' ')}`)),
          15_000,
        );
        const look = (): void => {
          const found = heard.find(fits);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

async function get(gateway: Gateway, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${gateway.ready.http}${path}`, {
    headers: { authorization: `Bearer ${gateway.ready.token!}` },
  });
  return { status: response.status, body: await response.json() };
}

describe('a report from the socket to the disk, to MQTT and to the API', () => {
  const folder = temporaryFolder();
  let gateway: Gateway;
  let mqtt: Awaited<ReturnType<typeof subscribed>>;

  beforeAll(async () => {
    gateway = await gatewayHere(folder.path);
    mqtt = await subscribed(gateway);
  });
  afterAll(async () => {
    await mqtt.client.endAsync();
    await gateway.stop();
    folder.remove();
  });

  for (const [revision, phone] of [
    [2011, '013900000011'],
    [2013, '013900000013'],
    [2019, '00000000013900000019'],
  ] as const) {
    it(`takes a terminal of ${revision} from its registration to its position on MQTT, in the form that it speaks`, async () => {
      const terminal = await new WireTerminal({ phone, revision }).connect(gateway.ready.jt808);
      await terminal.registerAndAuthenticate();
      expect(await terminal.acknowledged(terminal.send('locationReport', report(1)))).toBe('success');
      expect(new Set(terminal.answers.map((answer) => answer.phone))).toEqual(new Set([phone]));
      expect(new Set(terminal.answers.map((answer) => answer.revision))).toEqual(
        new Set([revision === 2019 ? 2019 : 2013]),
      );
      const key = phone.replace(/^0+/, '');
      const { topic, payload } = await mqtt.next((m) => m.topic.endsWith(`/${key}/position`));
      expect(topic).toBe(`xingji/v1/53/01/02/${key}/position`);
      expect(payload).toMatchObject({
        terminal: key,
        vehicle: '云A12345',
        time: '2026-11-22T10:00:01+08:00',
        latitude: 24.8801,
        longitude: 102.83,
        speed: 42.5,
        direction: 87,
        alarm: [],
        status: ['acc', 'positioned'],
        items: { mileage: 1234.5, rssi: 26, satellites: 12 },
        fix: 'gnss',
      });
      terminal.end();
    });
  }

  it('gives the same position the same id when it comes back from a blind area, and marks it', async () => {
    const terminal = await new WireTerminal({ phone: '013900000021' }).connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
    await terminal.acknowledged(terminal.send('locationReport', report(5)));
    const live = await mqtt.next((m) => m.topic.endsWith('/13900000021/position'));
    const serial = terminal.send('batchLocationUpload', {
      dataType: 'blindZoneSupplement',
      items: [{ location: report(5) }, { location: report(6) }],
    });
    expect(await terminal.acknowledged(serial)).toBe('success');
    const other = await mqtt.next(
      (m) => m.topic.endsWith('/13900000021/position') && m.payload['id'] !== live.payload['id'],
    );
    expect(other.payload).toMatchObject({ backfill: true, time: '2026-11-22T10:00:06+08:00' });
    const all = mqtt.heard.filter((m) => m.topic.endsWith('/13900000021/position'));
    expect(new Set(all.map((m) => m.payload['id'])).size).toBe(2);
    terminal.end();
  });

  it('acknowledges an unknown message with result 3 and forwards it raw', async () => {
    const terminal = await new WireTerminal({ phone: '013900000022' }).connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
    expect(await terminal.acknowledged(terminal.sendBody(0x0f01, Uint8Array.of(1, 2, 0x7e, 0x7d)))).toBe(
      'notSupported',
    );
    const { payload } = await mqtt.next(
      (m) => m.topic.endsWith('/13900000022/message') && m.payload['messageId'] === '0x0F01',
    );
    expect(payload).toMatchObject({ name: null, body: { hex: '01027e7d' } });
    terminal.end();
  });

  it('tells a terminal that asks what time it is, in UTC', async () => {
    const terminal = await new WireTerminal({ phone: '13900000030', revision: 2019 }).connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
    const before = Math.floor(Date.now() / 1000) * 1000;
    terminal.send('queryServerTime');
    const { body } = await terminal.answer(({ name }) => name === 'serverTimeResponse', 'the time');
    expect(body['time']).toBeGreaterThanOrEqual(before);
    expect(body['time']).toBeLessThanOrEqual(Date.now());
    terminal.end();
  });

  it('shows no authentication code to anybody but the terminal', async () => {
    const terminal = await new WireTerminal({ phone: '013900000023' }).connect(gateway.ready.jt808);
    const code = await terminal.registerAndAuthenticate();
    await mqtt.next((m) => m.topic.endsWith('/13900000023/message') && m.payload['name'] === 'terminalAuthentication');
    expect(mqtt.heard.some((m) => JSON.stringify(m.payload).includes(code))).toBe(false);
    terminal.end();
  });

  it('survives noise, bad frames and other protocols on a link that goes on to report', async () => {
    const terminal = await new WireTerminal({ phone: '013900000024' }).connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
    terminal.raw(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    terminal.raw(Buffer.from('7e0002000001390000002400ff007e', 'hex'));
    terminal.raw(Buffer.from('7e7e7e7d7e', 'hex'));
    terminal.raw(Buffer.alloc(5000, 0x41));
    expect(await terminal.acknowledged(terminal.send('locationReport', report(7)))).toBe('success');
    expect(terminal.closed).toBe(false);
    terminal.end();
  });

  it('refuses reports before authentication, and a wrong code, with result 1', async () => {
    const terminal = await new WireTerminal({ phone: '013900000025' }).connect(gateway.ready.jt808);
    expect(await terminal.acknowledged(terminal.send('locationReport', report(1)))).toBe('failure');
    const code = await terminal.register();
    expect(await terminal.authenticate(`${code}x`)).toBe('failure');
    expect(await terminal.acknowledged(terminal.send('locationReport', report(1)))).toBe('failure');
    expect(await terminal.authenticate(code)).toBe('success');
    expect(await terminal.acknowledged(terminal.send('locationReport', report(1)))).toBe('success');
    terminal.end();
  });

  it('lets a new connection take over at once, and says so in the retained state', async () => {
    const first = await new WireTerminal({ phone: '013900000026' }).connect(gateway.ready.jt808);
    const code = await first.registerAndAuthenticate();
    const second = await new WireTerminal({ phone: '013900000026' }).connect(gateway.ready.jt808);
    expect(await second.authenticate(code)).toBe('success');
    await first.until(() => first.closed, 'the first link to be closed');
    expect(await second.acknowledged(second.send('locationReport', report(9)))).toBe('success');
    const state = await mqtt.next(
      (m) =>
        m.topic.endsWith('/13900000026/state') &&
        (m.payload['position'] as { time: string } | null)?.time === '2026-11-22T10:00:09+08:00',
    );
    expect(state.payload).toMatchObject({ online: true, position: { latitude: 24.8809 } });
    second.end();
    await mqtt.next((m) => m.topic.endsWith('/13900000026/state') && m.payload['online'] === false);
  });

  it('carries a text and a location query to the terminal and tells every step', async () => {
    const terminal = await new WireTerminal({ phone: '013900000027', revision: 2019 }).connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
    const topic = 'xingji/v1/53/01/02/13900000027/command';
    await mqtt.client.publishAsync(
      topic,
      JSON.stringify({
        id: 'text-1',
        type: 'textMessage',
        body: { flag: ['service', 'tts'], textType: 'service', text: '请返回车场' },
      }),
      { qos: 1 },
    );
    const text = await terminal.answer(({ name }) => name === 'textMessage', 'the text');
    expect(text.body['text']).toBe('请返回车场');
    terminal.send('terminalAck', { replySerial: text.serial, replyId: 0x8300, result: 'success' });
    await mqtt.next((m) => m.topic.endsWith('/reply') && m.payload['id'] === 'text-1' && m.payload['state'] === 'done');
    const steps = mqtt.heard
      .filter((m) => m.topic.endsWith('/reply') && m.payload['id'] === 'text-1')
      .map((m) => m.payload['state']);
    expect(steps).toEqual(['accepted', 'sent', 'acknowledged', 'done']);

    await mqtt.client.publishAsync(topic, JSON.stringify({ id: 'where-1', type: 'locationQuery' }), { qos: 1 });
    const query = await terminal.answer(({ name }) => name === 'locationQuery', 'the query');
    terminal.send('locationQueryResponse', { replySerial: query.serial, location: report(11) });
    const done = await mqtt.next((m) => m.payload['id'] === 'where-1' && m.payload['state'] === 'done');
    expect(done.payload['result']).toMatchObject({ location: { latitude: 24.8811, status: ['acc', 'positioned'] } });

    await mqtt.client.publishAsync(topic, JSON.stringify({ id: 'bad-1', type: 'textMessage', body: { txt: 'x' } }), {
      qos: 1,
    });
    const failed = await mqtt.next((m) => m.payload['id'] === 'bad-1');
    expect(failed.payload).toMatchObject({ state: 'failed', code: 'COMMAND_BODY' });
    expect(failed.payload['reason']).toMatch(/txt/);
    terminal.end();
  });

  it('takes reports over UDP as well', async () => {
    const { createSocket } = await import('node:dgram');
    const { Deframer, decodeMessage, encodeFrame } = await import('../../protocol/index.ts');
    const [host, port] = gateway.ready.jt808.split(':');
    const socket = createSocket('udp4');
    const deframer = new Deframer({ datagram: true });
    const phone = '013900000028';
    let serial = 0;
    const ask = (id: number, body: Uint8Array): Promise<Record<string, unknown>> =>
      new Promise((resolve) => {
        socket.once('message', (datagram) =>
          deframer.feed(datagram, {
            packet: (b, start, end) =>
              resolve((decodeMessage(b, start, end) as { body: Record<string, unknown> }).body),
            fault: () => {},
          }),
        );
        socket.send(encodeFrame({ id, revision: 2013, phone, serial: serial++, body }), Number(port), host);
      });
    const registration = {
      provinceId: 53,
      cityId: 102,
      manufacturerId: 'X',
      terminalModel: 'M',
      terminalId: 'T',
      plateColor: 'blue',
      plate: '云A1',
    };
    const { authCode } = await ask(0x0100, bodyOf('terminalRegistration', 2013, registration));
    expect(await ask(0x0102, bodyOf('terminalAuthentication', 2013, { authCode }))).toMatchObject({
      result: 'success',
    });
    expect(await ask(0x0200, bodyOf('locationReport', 2013, report(3)))).toMatchObject({
      result: 'success',
      replySerial: 2,
    });
    await mqtt.next((m) => m.topic.endsWith('/13900000028/position'));
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  });

  it('answers over HTTP where every terminal was last, and that it is ready', async () => {
    const { body } = await get(gateway, '/api/v1/positions/latest');
    const { items } = body as { items: { terminal: string; latitude: number }[] };
    expect(items.find((each) => each.terminal === '13900000013')).toMatchObject({ latitude: 24.8801 });
    expect((await get(gateway, '/readyz')).status).toBe(200);
    expect((await get(gateway, '/api/v1/terminals/13900000013')).body).toMatchObject({
      vehicle: '云A12345',
      division: '530102',
      online: false,
    });
  });

  it('knows a terminal that only authenticates after a restart, and its last position', async () => {
    const terminal = await new WireTerminal({ phone: '013900000029' }).connect(gateway.ready.jt808);
    const code = await terminal.registerAndAuthenticate();
    const serial = terminal.send('locationReport', report(20));
    await terminal.acknowledged(serial);
    await mqtt.client.endAsync();
    await gateway.stop();
    expect(terminal.closed).toBe(true);
    gateway = await gatewayHere(folder.path);
    mqtt = await subscribed(gateway);
    const back = await new WireTerminal({ phone: '013900000029' }).connect(gateway.ready.jt808);
    expect(await back.authenticate(code)).toBe('success');
    const state = await mqtt.next((m) => m.topic.endsWith('/13900000029/state') && m.payload['online'] === true);
    expect(state.payload).toMatchObject({ vehicle: '云A12345', position: { time: '2026-11-22T10:00:20+08:00' } });
    expect((await get(gateway, '/api/v1/terminals/13900000029')).body).toMatchObject({
      online: true,
      position: { latitude: 24.882 },
    });
    back.end();
  });
});

describe('a gateway that is stopped in order', () => {
  it('has delivered everything, and leaves a clean ledger with its links closed', async () => {
    const folder = temporaryFolder();
    const gateway = await gatewayHere(folder.path);
    const terminals = await Promise.all(
      ['013900000041', '013900000042'].map((phone) => new WireTerminal({ phone }).connect(gateway.ready.jt808)),
    );
    for (const terminal of terminals) {
      await terminal.registerAndAuthenticate();
      for (let n = 0; n < 20; n++) terminal.send('locationReport', report(n));
    }
    await Promise.all(terminals.map((terminal) => terminal.acknowledged(21)));
    await gateway.stop();
    for (const terminal of terminals) await terminal.until(() => terminal.closed, 'its link to be closed');
    const { code, stdout } = await runXingji(['verify', '--data', folder.path]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/delivered (\d+), dead letters 0, pending 0/)]);
    folder.remove();
  });
});

describe('enrolment by list', () => {
  it('refuses an unknown terminal with result 4 and takes nothing more from it', async () => {
    const folder = temporaryFolder();
    const gateway = await gatewayHere(folder.path, { enrolment: 'listed' });
    const terminal = await new WireTerminal({ phone: '013900000031' }).connect(gateway.ready.jt808);
    await expect(terminal.register()).rejects.toThrow('noSuchTerminalInDatabase');
    expect(await terminal.acknowledged(terminal.send('locationReport', report(1)))).toBe('failure');
    expect(await terminal.authenticate('whatever')).toBe('failure');

    const { client } = await subscribed(gateway);
    const archive = {
      id: 'v1',
      vehicle: 'v1',
      plate: '云A00009',
      plateColor: 'blue',
      division: '530103',
      unit: '机关事务局',
      terminal: '13900000031',
    };
    await client.publishAsync('xingji/v1/feed/archive', JSON.stringify(archive), { qos: 1 });
    const again = await new WireTerminal({ phone: '013900000031' }).connect(gateway.ready.jt808);
    await again.registerAndAuthenticate();
    await client.endAsync();
    terminal.destroy();
    again.destroy();
    await gateway.stop();
    folder.remove();
  });
});
