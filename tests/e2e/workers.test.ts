/** A gateway of several processes, as terminals, platforms and operators see it: one. */
import { createSocket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerOf } from '../../gateway/workers/owner.ts';
import { partitionPath } from '../../gateway/workers/partitions.ts';
import { encodeFrames, formatTime, messageByName, terminalOf } from '../../protocol/index.ts';
import { ALARM, EvidenceTerminal, fileOf } from '../gateway/attachments/terminal.ts';
import { authority, hasOpenssl } from '../support/certificates.ts';
import { type GatewayProcess, gatewayProcess, temporaryFolder } from '../support/gateway.ts';
import { positionsIn } from '../support/journals.ts';
import { frameOf, heard, ID, registrationBody } from '../support/terminal-frames.ts';
import { bodyOf, report, WireTerminal } from '../support/wire-terminal.ts';
import { api, PHONES, TERMINALS, WORKERS } from '../support/workers.ts';

interface Listed {
  readonly items: readonly { readonly terminal: string }[];
  readonly next: string | null;
}

interface Group {
  readonly terminals: readonly { readonly terminal: string }[];
}

async function listenersOf(gateway: GatewayProcess): Promise<readonly { name: string; address: string }[]> {
  return (await api<{ listeners: readonly { name: string; address: string }[] }>(gateway, '/api/v1/health')).listeners;
}

/** What a live stream says behind a place until it has said enough. */
async function streamed(url: string, after: string, enough: (text: string) => boolean): Promise<string> {
  const ending = new AbortController();
  const response = await fetch(url, { signal: ending.signal, headers: { 'last-event-id': after } });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (enough(text)) break;
  }
  ending.abort();
  return text;
}

describe('two workers', () => {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const cars = PHONES.map((phone) => new WireTerminal({ phone }));
  const codes = new Map<string, string>();
  const issuer = hasOpenssl() ? authority(folder.path) : undefined;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    const config = join(folder.path, 'xingji.yaml');
    const { certFile, keyFile } = issuer?.issue('localhost') ?? {};
    const tls = `tls: { listen: 127.0.0.1:0, certFile: ${certFile}, keyFile: ${keyFile}, caFile: ${issuer?.caFile}, clients: optional }`;
    writeFileSync(
      config,
      `attachments: { listen: 127.0.0.1:0 }\njt808: { ${issuer === undefined ? '' : tls} }\nworkers: ${WORKERS}\n`,
    );
    gateway = await gatewayProcess(data, ['-c', config, '--log-level', 'info']);
    for (const car of cars) {
      await car.connect(gateway.ready.jt808);
      codes.set(car.phone, await car.registerAndAuthenticate());
    }
  }, 120_000);

  afterAll(async () => {
    for (const car of cars) car.destroy();
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    folder.remove();
  });

  it('each have the terminals that are theirs, and no others', async () => {
    for (const car of cars) expect(await car.acknowledged(car.send('locationReport', report(1)))).toBe('success');
    for (const worker of [0, 1]) {
      const own = TERMINALS.filter((terminal) => ownerOf(terminal, WORKERS) === worker);
      expect(own.length).toBeGreaterThan(0);
      expect([...positionsIn(partitionPath(data, worker)).keys()].sort()).toEqual(own);
    }
  });

  it('are one list, page by page, one health and one page of metrics', async () => {
    const first = await api<Listed>(gateway, '/api/v1/terminals?limit=4');
    const second = await api<Listed>(gateway, `/api/v1/terminals?limit=4&cursor=${first.next}`);
    const third = await api<Listed>(gateway, `/api/v1/terminals?limit=4&cursor=${second.next}`);
    expect([first, second, third].flatMap(({ items }) => items.map(({ terminal }) => terminal))).toEqual(TERMINALS);
    expect(third.next).toBeNull();
    const latest = await api<Listed>(gateway, '/api/v1/positions/latest');
    expect(latest.items.map(({ terminal }) => terminal)).toEqual(TERMINALS);
    for (const terminal of TERMINALS) {
      expect(await api(gateway, `/api/v1/terminals/${terminal}`)).toMatchObject({ terminal, online: true });
    }
    expect(await api(gateway, '/api/v1/health')).toMatchObject({ terminals: 9, online: 9, sessions: 9 });
    expect(await api(gateway, '/readyz')).toMatchObject({ status: 'ready', journal: { writable: true } });
    const metrics = await api<string>(gateway, '/metrics');
    expect(metrics).toMatch(/^xingji_terminals_online 9$/m);
    expect(metrics).toMatch(/^xingji_journal_writable 1$/m);
    expect(metrics).toMatch(/^xingji_worker_restarts_total 0$/m);
    expect(metrics).toMatch(/^xingji_links_unnamed 0$/m);
    await expect(api(gateway, '/api/v1/terminals/13999999999')).rejects.toThrow('404');
  });

  it('are behind one broker: every position comes, and commands reach their terminals', async () => {
    const { url, username, password } = gateway.ready.mqtt;
    const client = await connectAsync(url, { username: username!, password: password!, reconnectPeriod: 0 });
    const heard = new Map<string, string>();
    const done = Promise.withResolvers<void>();
    client.on('message', (topic, payload) => {
      const { terminal, time } = JSON.parse(payload.toString()) as { terminal: string; time: string };
      heard.set(terminal, `${topic} ${time}`);
      if (heard.size === PHONES.length) done.resolve();
    });
    await client.subscribeAsync('xingji/v1/+/+/+/+/position', { qos: 1 });
    for (const car of cars) car.send('locationReport', report(2));
    await done.promise;
    for (const [terminal, said] of heard) expect(said).toMatch(new RegExp(`^xingji/v1/53/01/02/${terminal}/position`));

    for (const [n, car] of cars.entries()) {
      const order = { id: `m-${n}`, type: 'textMessage', body: { flag: ['display'], text: `读 ${n}` } };
      await client.publishAsync(`xingji/v1/53/01/02/${TERMINALS[n]}/command`, JSON.stringify(order), { qos: 1 });
      const { body } = await car.answer(({ name }) => name === 'textMessage', 'the text');
      expect(body['text']).toBe(`读 ${n}`);
    }
    await client.endAsync();
  });

  it('take commands over HTTP wherever the terminal is, and know them by their ids', async () => {
    for (const [n, terminal] of TERMINALS.entries()) {
      const order = { id: `h-${n}`, type: 'locationQuery' };
      await api(gateway, `/api/v1/terminals/${terminal}/commands`, { method: 'POST', body: JSON.stringify(order) });
      await cars[n]!.answer(({ name }) => name === 'locationQuery', 'the query');
      expect(await api(gateway, `/api/v1/commands/h-${n}`)).toMatchObject({ id: `h-${n}`, terminal });
    }
    // All of them in the order of time, two at a time.
    const listed: string[] = [];
    let cursor = '';
    do {
      const page = await api<{ items: { id: string }[]; next: string | null }>(
        gateway,
        `/api/v1/commands?limit=2${cursor}`,
      );
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(listed.filter((id) => id.startsWith('h-'))).toEqual(TERMINALS.map((_, n) => `h-${n}`).toReversed());
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('take a command to many, whichever workers they are with, and show it as one', async () => {
    const order = {
      id: 'g-1',
      type: 'textMessage',
      body: { flag: ['display'], text: '致各车' },
      target: { terminals: TERMINALS },
    };
    const taken = await api<Group>(gateway, '/api/v1/commands', { method: 'POST', body: JSON.stringify(order) });
    expect(taken.terminals.map(({ terminal }) => terminal)).toEqual(TERMINALS);
    for (const car of cars) await car.answer(({ body }) => body?.['text'] === '致各车', 'the text to all');
    // A tag of one worker's part would be no tag of the whole.
    for (const headers of [{}, { 'if-none-match': '*' }]) {
      const { terminals } = await api<Group>(gateway, '/api/v1/commands/g-1', { headers });
      expect(terminals.map(({ terminal }) => terminal)).toEqual(TERMINALS);
    }
  });

  it('find the nearest of all, whichever worker takes the command', async () => {
    const time = Date.now();
    for (const [n, car] of cars.entries()) {
      expect(await car.acknowledged(car.send('locationReport', report(0, { latitude: 30 + n, time })))).toBe('success');
    }
    const near = (latitude: number) => ({ latitude, longitude: 102.83, count: 4 });
    const type = 'textMessage';
    const order = { id: 'n-1', type, body: { flag: ['display'], text: '最近' }, target: { nearest: near(30) } };
    const taken = await api<Group>(gateway, '/api/v1/commands', { method: 'POST', body: JSON.stringify(order) });
    const chosen = TERMINALS.slice(0, 4);
    expect(new Set(chosen.map((terminal) => ownerOf(terminal, WORKERS))).size).toBe(2);
    expect(taken).toMatchObject({ id: 'n-1', terminals: chosen.map((terminal) => ({ terminal })) });
    for (const car of cars.slice(0, 4))
      await car.answer(({ body }) => body?.['text'] === '最近', 'the text to the nearest');
    const again = await api<Group>(gateway, '/api/v1/commands', { method: 'POST', body: JSON.stringify(order) });
    expect(again.terminals.map(({ terminal }) => terminal)).toEqual(chosen);

    const { url, username, password } = gateway.ready.mqtt;
    const client = await connectAsync(url, { username: username!, password: password!, reconnectPeriod: 0 });
    const far = { ...order, id: 'n-2', body: { flag: ['display'], text: '最远' }, target: { nearest: near(38) } };
    await client.publishAsync('xingji/v1/53/command', JSON.stringify(far), { qos: 1 });
    for (const car of cars.slice(5))
      await car.answer(({ body }) => body?.['text'] === '最远', 'the text to the furthest');
    await client.endAsync();
  });

  it('tell one live stream', async () => {
    const url = `${gateway.ready.http}/api/v1/stream?kinds=position,health&token=${gateway.ready.token}`;
    const ending = new AbortController();
    const response = await fetch(url, { signal: ending.signal });
    const seen = new Set<string>();
    let health = false;
    let seconds = Math.ceil((Date.now() - (report(0) as { time: number }).time) / 1000);
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        if (event.startsWith('event: health'))
          health ||= (JSON.parse(event.split('data: ')[1]!) as { online: number }).online === 9;
        else if (event.startsWith('event: position'))
          seen.add((JSON.parse(event.split('data: ')[1]!) as { terminal: string }).terminal);
      }
      if (seen.size === PHONES.length && health) break;
      // A later one each time: a position that was told before a worker's part of the stream began is not told again.
      seconds++;
      for (const car of cars) if (!seen.has(terminalOf(car.phone))) car.send('locationReport', report(seconds));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    ending.abort();
    expect([...seen].sort()).toEqual(TERMINALS);
  });

  it('go on with one live stream where it broke off, each where it was', async () => {
    const url = `${gateway.ready.http}/api/v1/stream?kinds=position&token=${gateway.ready.token}`;
    const place = await streamed(url, '', (text) => /^id: [^~\n]+~[^~\n]+$/m.test(text));
    const after = /^id: (.+~.+)$/m.exec(place)?.[1] ?? '';
    for (const car of cars) expect(await car.acknowledged(car.send('locationReport', report(40)))).toBe('success');
    const had = (text: string): Set<string> =>
      new Set([...text.matchAll(/^data: .*"terminal":"(\d+)"/gm)].map(([, t]) => t!));
    const missed = await streamed(url, after, (text) => had(text).size === PHONES.length);
    expect([...had(missed)].sort()).toEqual(TERMINALS);
    expect(missed).not.toContain('event: reset');
    expect(await streamed(url, 'elsewhere.1.0', (text) => text.includes('reset'))).toContain('{"reason":"unknown"}');
  });

  it('let a browser sign in once for all', async () => {
    const signedIn = await fetch(`${gateway.ready.http}/?token=${gateway.ready.token}`, { redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    for (const terminal of TERMINALS) {
      const { status } = await fetch(`${gateway.ready.http}/api/v1/terminals/${terminal}`, { headers: { cookie } });
      expect(status).toBe(200);
    }
    const { status } = await fetch(`${gateway.ready.http}/api/v1/terminals/${TERMINALS[0]}`);
    expect(status).toBe(401);
  });

  it('get a link in the middle of a frame, and nothing of it twice', async () => {
    for (const phone of ['013911110001', '013911110002', '013911110003', '013911110004']) {
      const car = new WireTerminal({ phone });
      await car.connect(gateway.ready.jt808);
      const code = await car.registerAndAuthenticate();
      car.destroy();
      const again = await new WireTerminal({ phone }).connect(gateway.ready.jt808);
      const frame = (name: string, serial: number, value: object): Uint8Array =>
        encodeFrames({
          id: messageByName(name)!.id,
          revision: 2013,
          phone,
          serial,
          body: bodyOf(name, 2013, value),
        })[0]!;
      const octets = Buffer.concat([
        frame('terminalAuthentication', 1, { authCode: code }),
        ...Array.from({ length: 40 }, (_, n) => frame('locationReport', 2 + n, report(100 + n))),
      ]);
      // The first write ends inside a frame; the rest comes in small pieces, some before and some after the link changed hands.
      again.raw(octets.subarray(0, 50));
      for (let at = 50; at < octets.length; at += 97) {
        again.raw(octets.subarray(at, at + 97));
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (let serial = 1; serial <= 41; serial++) expect(await again.acknowledged(serial)).toBe('success');
      const own = positionsIn(partitionPath(data, ownerOf(terminalOf(phone), WORKERS))).get(terminalOf(phone));
      expect(own).toEqual(Array.from({ length: 40 }, (_, n) => formatTime((report(100 + n) as { time: number }).time)));
      again.destroy();
    }
  });

  it('answer datagrams out of the one port', async () => {
    const [host, port] = gateway.ready.jt808.split(':') as [string, string];
    for (const [n, phone] of PHONES.entries()) {
      const socket = createSocket('udp4');
      const answered = new Promise<string>((resolve) => {
        socket.on('message', (octets) => {
          // Commands that wait for the terminal come too.
          if (octets.toString('hex').startsWith('7e8001')) resolve(octets.toString('hex'));
        });
      });
      const body = bodyOf('terminalAuthentication', 2013, { authCode: codes.get(phone)! });
      const [frame] = encodeFrames({ id: 0x0102, revision: 2013, phone, serial: n, body });
      socket.send(frame!, Number(port), host);
      // 0x8001 for serial n, id 0x0102, result 0.
      expect(await answered).toContain(`00${n.toString(16).padStart(2, '0')}010200`);
      socket.close();
    }
  });

  it('take evidence at one port, each from its own terminals', async () => {
    const { address } = (await listenersOf(gateway)).find(({ name }) => name === 'attachments')!;
    for (const phone of ['013800138000', '013800138001', '013800138002']) {
      const car = await new WireTerminal({ phone }).connect(gateway.ready.jt808);
      await car.registerAndAuthenticate();
      const photo = fileOf('00_64_6401_0_ALARM-0001.jpg', 20_000);
      const sender = await EvidenceTerminal.connect(Number(address.split(':').at(-1)), { ...ALARM, phone });
      expect(await sender.announce([photo])).toBe(true);
      expect(await sender.begin(photo)).toBe(true);
      sender.send(photo);
      expect(await sender.finish(photo)).toEqual([]);
      await sender.end();
      car.destroy();
      const terminal = terminalOf(phone);
      const path = `attachments/${terminal}/20240307150723-0-ALARM-0001/${photo.name}`;
      const home = partitionPath(data, ownerOf(terminal, WORKERS));
      expect(readFileSync(join(home, path)).equals(photo.data)).toBe(true);
      const listed = await api<Listed>(gateway, `/api/v1/attachments?terminal=${terminal}`);
      expect(listed.items).toMatchObject([{ path }]);
    }
  });

  it.skipIf(issuer === undefined)('take terminals over TLS, and know them by their certificates', async () => {
    const { address } = (await listenersOf(gateway)).find(({ name }) => name === 'jt808/tls')!;
    const at = { host: '127.0.0.1', port: Number(address.split(':').at(-1)) };
    for (const phone of ['013900003001', '013900003002', '013900003003']) {
      const terminal = terminalOf(phone);
      const socket = connectTls({ ...at, ca: issuer!.ca, ...issuer!.issue(terminal) });
      socket.on('error', () => undefined);
      const answer = (): Promise<object | undefined> =>
        new Promise((resolve) => {
          socket.once('data', (chunk: Buffer) => resolve(heard(chunk)[0]?.body as object));
          socket.once('close', () => resolve(undefined));
        });
      socket.write(frameOf({ phone, revision: 2013 }, ID.registration, 0, registrationBody(2013)));
      expect(await answer()).toMatchObject({ result: 'success' });
      expect(await api(gateway, `/api/v1/terminals/${terminal}`)).toMatchObject({ terminal });
      // The certificate is this terminal's, so nobody else is believed on its link.
      socket.write(frameOf({ phone: '013900003999', revision: 2013 }, ID.registration, 1, registrationBody(2013)));
      expect(await answer()).toMatchObject({ result: 'failure' });
      socket.destroy();
    }
  });

  it('are one gateway to another on the same data, which is refused with one clear line', async () => {
    await expect(gatewayProcess(data, ['--workers', '2'])).rejects.toThrow(/ended with 2: .*(lock|another)/is);
  }, 60_000);
});
