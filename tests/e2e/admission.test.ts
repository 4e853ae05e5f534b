/** Who is let in, how far, and what becomes of those who ask too much: real sockets against a gateway with tight bounds. */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../protocol/index.ts';
import { type GatewayProcess, gatewayProcess, temporaryFolder } from '../support/gateway.ts';
import {
  authenticationBody,
  frameOf,
  heard,
  ID,
  joined,
  locationBody,
  NOON,
  NOTHING,
  registrationBody,
} from '../support/terminal-frames.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const PLACES = 48;
const UNPROVED = 8;
const TURNS = 20;
/** Of these who misbehaves comes, so that it is not held against the others. */
const [SILENT, LOUD, STORM] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
const CONFIG = `
jt808:
  authTimeout: 3s
  maxConnections: ${PLACES}
  maxUnproved: ${UNPROVED}
  linksPerSecond: ${TURNS}
  framesPerSecond: 200
  writeBacklog: 4KiB
`;

describe.each([1, 2])('a gateway with tight bounds and workers: %i', (workers) => {
  const folder = temporaryFolder();
  let gateway: GatewayProcess;
  let host: string;
  let port: number;
  let phones = 0;
  const cars: WireTerminal[] = [];

  beforeAll(async () => {
    const config = join(folder.path, 'xingji.yaml');
    writeFileSync(config, `${CONFIG}\nworkers: ${workers}\n`);
    gateway = await gatewayProcess(join(folder.path, 'data'), ['-c', config, '--log-level', 'warn']);
    const [address = '', at = ''] = gateway.ready.jt808.split(':');
    host = address;
    port = Number(at);
  }, 120_000);

  afterAll(async () => {
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    folder.remove();
  });

  afterEach(() => cars.splice(0).forEach((car) => car.destroy()));

  const allGone = (): Promise<void> =>
    eventually(async () => expect(await api('health')).toMatchObject({ sessions: 0 }));

  const nextPhone = (): string => `01390000${String(1000 + phones++)}`;

  /** A terminal that has its link until the end of the test. */
  async function login(from?: string): Promise<WireTerminal> {
    const car = await new WireTerminal({ phone: nextPhone() }).connect(gateway.ready.jt808, from);
    cars.push(car);
    await car.registerAndAuthenticate();
    return car;
  }

  /** The same where the gateway may have no place: undefined where it ended the link. */
  async function attempt(from?: string): Promise<WireTerminal | undefined> {
    const car = new WireTerminal({ phone: nextPhone() });
    try {
      await car.connect(gateway.ready.jt808, from);
    } catch {
      return undefined;
    }
    cars.push(car);
    const inside = await Promise.race([car.registerAndAuthenticate(), car.until(() => car.closed, 'a refusal')]);
    return inside === undefined ? undefined : car;
  }

  /** A socket that says nothing by itself; `closed` resolves when the gateway has ended it. */
  async function dial(localAddress: string): Promise<{ readonly socket: Socket; readonly closed: Promise<unknown> }> {
    const socket = connect({ host, port, localAddress });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.resume();
    return { socket, closed };
  }

  async function api<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${gateway.ready.http}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${gateway.ready.token}`, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Sum of the samples of a metric that have these labels. */
  async function metric(sample: string): Promise<number> {
    const headers = { authorization: `Bearer ${gateway.ready.token}` };
    const page = await (await fetch(`${gateway.ready.http}/metrics`, { headers })).text();
    const lines = page.split('\n').filter((line) => line.startsWith(`${sample} `));
    return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
  }

  const eventually = (look: () => Promise<void>): Promise<void> => vi.waitFor(look, { timeout: 15_000, interval: 50 });

  it('ends links that never say who they are, silent or dripping, and gives their places to others', async () => {
    const held = await Promise.all(Array.from({ length: UNPROVED }, () => dial(SILENT)));
    const over = await dial(SILENT);
    await over.closed;
    expect(await metric('xingji_connections_turned_away_total')).toBe(1);
    const elsewhere = await login();
    for (const { socket } of held.slice(4)) {
      // A frame that never ends, an octet at a time.
      socket.write('~');
      const drip = setInterval(() => socket.write('1'), 100);
      socket.once('close', () => clearInterval(drip));
    }
    await Promise.all(held.map(({ closed }) => closed));
    const ended =
      workers === 1 ? metric('xingji_links_unproved_total{why="deadline"}') : metric('xingji_links_silent_total');
    expect(await ended).toBe(UNPROVED);
    await login(SILENT);
    expect(elsewhere.closed).toBe(false);
    await eventually(async () => expect(gateway.errors()).toContain('bounds were reached'));
  });

  it('resets a link whose terminal does not read what it asks for, and nobody waits for it', async () => {
    const deaf = await login(LOUD);
    const other = await login();
    const text = '路'.repeat(18_000);
    const terminal = deaf.phone.replace(/^0+/, '');
    await api(`terminals/${terminal}/commands`, { id: 'long', type: 'textMessage', body: { flag: ['display'], text } });
    const first = await deaf.answer(({ name }) => name === 'textMessage' || name === '33536', 'the text');
    deaf.stopReading();
    // Again and again the whole of it: what the systems of both ends hold is full in the end.
    const packageIds = Array.from({ length: 30 }, (_, n) => n + 1);
    while (!deaf.closed) {
      deaf.send('terminalResendRequest', { originalSerial: first.serial, packageIds });
      expect(await other.acknowledged(other.send('terminalHeartbeat'))).toBe('success');
    }
    expect(await metric('xingji_slow_readers_total')).toBe(1);
  });

  it('reads a link that says too much at the pace of its budget, and others as they come', async () => {
    const [loud, quiet] = [await login(LOUD), await login()];
    // More than is read at once: the rest waits until what came too early has been earned.
    const burst = Array.from({ length: 1300 }, (_, n) => loud.send('locationReport', report(n)));
    expect(await quiet.acknowledged(quiet.send('locationReport', report(0)))).toBe('success');
    expect(loud.answers.some(({ body }) => body['replySerial'] === burst.at(-1))).toBe(false);
    for (const serial of burst) expect(await loud.acknowledged(serial)).toBe('success');
    expect(await metric('xingji_links_held_total{why="budget"}')).toBeGreaterThan(0);
  });

  it('lets a fleet that comes back at once in one after another, and all of it', async () => {
    await allGone();
    const before = await metric('xingji_links_held_total{why="turn"}');
    await Promise.all(Array.from({ length: 3 }, (_, n) => Promise.all(stormOf(`127.0.1.${n}`))));
    expect(await metric('xingji_links_held_total{why="turn"}')).toBeGreaterThan(before);
    await eventually(async () => expect(await api('health')).toMatchObject({ sessions: 3 * UNPROVED }));
  });
  const stormOf = (from: string): Promise<WireTerminal>[] => Array.from({ length: UNPROVED }, () => login(from));

  it('refuses links beyond its places at once and clearly, and takes them when there is one again', async () => {
    await allGone();
    const inside: WireTerminal[] = [];
    let refused = 0;
    while (inside.length < PLACES && refused < PLACES) {
      const car = await attempt(STORM);
      if (car === undefined) refused++;
      else inside.push(car);
    }
    // Each worker has its share of the places.
    expect(inside).toHaveLength(PLACES);
    expect(await attempt()).toBeUndefined();
    expect(await metric('xingji_connections_turned_away_total')).toBeGreaterThan(refused);
    for (const car of inside) car.destroy();
    await allGone();
    await login();
  });

  describe('over UDP', () => {
    const sockets: Datagrams[] = [];
    afterAll(() => sockets.forEach((socket) => socket.close()));

    function peer(from?: string): {
      readonly socket: Datagrams;
      say(octets: Uint8Array): void;
      readonly heard: Uint8Array[];
    } {
      const socket = createSocket('udp4');
      if (from !== undefined) socket.bind({ address: from });
      sockets.push(socket);
      const answers: Uint8Array[] = [];
      socket.on('message', (datagram) => answers.push(datagram));
      return { socket, heard: answers, say: (octets) => socket.send(octets, port, host) };
    }

    it('sends nobody more than came from there before it has proved who it is', async () => {
      const phone = nextPhone();
      const speaker = { phone, revision: 2013 } as const;
      const { socket, say, heard: answers } = peer();
      let [sent, got] = [0, 0];
      socket.on('message', (datagram) => {
        got += datagram.length;
        expect(got).toBeLessThanOrEqual(sent);
      });
      const ask = (octets: Uint8Array): void => {
        sent += octets.length;
        say(octets);
      };
      ask(frameOf(speaker, ID.heartbeat, 1));
      ask(frameOf(speaker, ID.location, 2, new Uint8Array(28)));
      ask(joined(...[3, 4, 5, 6].map((serial) => frameOf(speaker, TIME_QUERY, serial))));
      ask(Uint8Array.of(0x7e, 0x7e, 0x7e));
      ask(new Uint8Array(1200));
      ask(frameOf(speaker, ID.resendRequest, 7, Uint8Array.of(0, 1, 1, 0, 1)));
      ask(frameOf(speaker, ID.authentication, 8, authenticationBody(2013, 'guessed')));
      ask(frameOf(speaker, ID.registration, 9, registrationBody(2013)));
      const registered = (): string | undefined =>
        answers
          .flatMap((datagram) => heard(datagram))
          .flatMap(({ header, body }) =>
            header.id === ID.registrationResponse ? [(body as { authCode?: string }).authCode ?? ''] : [],
          )[0];
      await eventually(async () => expect(registered()).toBeDefined());
      // Proved, it is answered whatever it asks.
      socket.removeAllListeners('message');
      const done = once(socket, 'message');
      say(frameOf(speaker, ID.authentication, 10, authenticationBody(2013, registered()!)));
      await done;
      expect(got).toBeGreaterThan(0);
    });

    it('tells whoever says that it is a terminal nothing that is for the terminal', async () => {
      const car = await login();
      const { say, heard: answers } = peer();
      const speaker = { phone: car.phone, revision: 2013 } as const;
      say(frameOf(speaker, ID.location, 77, locationBody({ time: NOON })));
      const terminal = car.phone.replace(/^0+/, '');
      await api(`terminals/${terminal}/commands`, { type: 'textMessage', body: { flag: ['display'], text: '密' } });
      await car.answer(({ name }) => name === 'textMessage', 'the text');
      say(frameOf(speaker, ID.location, 78, locationBody({ time: NOON })));
      await eventually(async () => expect(answers.length).toBe(2));
      const results = answers
        .flatMap((octets) => heard(octets))
        .map(({ header, body }) => ({ id: header.id, ...(body as object) }));
      expect(results).toMatchObject([
        { id: ID.platformAck, result: 'failure' },
        { id: ID.platformAck, result: 'failure' },
      ]);
      expect(car.closed).toBe(false);
    });

    it('has sources that may be forged make room for terminals', async () => {
      for (let n = 0; n < 2 * PLACES; n++) {
        const phone = nextPhone();
        peer(`127.0.3.${n}`).say(encodeFrame({ id: ID.heartbeat, revision: 2013, phone, serial: n, body: NOTHING }));
      }
      for (const car of await Promise.all([login(), login(), login(STORM), login(STORM)])) {
        expect(await car.acknowledged(car.send('locationReport', report(1)))).toBe('success');
      }
    });
  });
});

const TIME_QUERY = 0x0004;
