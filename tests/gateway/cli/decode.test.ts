import { describe, expect, test } from 'vitest';
import { xingji } from './xingji.ts';

/** An empty 0x0002 of a terminal of 2013. */
const HEARTBEAT = '7e0002000001391234567800093b7e';
const BROKEN = '7e0002000001391234567800098f7e';

interface Result {
  readonly ok: boolean;
  readonly [name: string]: unknown;
}

function results(out: string): Result[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result);
}

describe('xingji decode', () => {
  test('shows a frame in the form of the contract', async () => {
    const { code, out } = await xingji(['decode', '--json', HEARTBEAT]);
    expect(code).toBe(0);
    expect(results(out)).toEqual([
      {
        ok: true,
        id: '0x0002',
        name: 'terminalHeartbeat',
        revision: 2013,
        phone: '013912345678',
        terminal: '13912345678',
        serial: 9,
        encryption: 'none',
        part: null,
        body: {},
        quirks: [],
      },
    ]);
  });

  test('takes a frame as people paste it: with spaces, 0x, capitals, or split by the shell', async () => {
    const octets = HEARTBEAT.match(/../g) ?? [];
    const pasted = [
      [octets.join(' ')],
      octets,
      octets.map((octet) => `0x${octet.toUpperCase()}`),
      [HEARTBEAT.slice(2, -2)],
    ];
    for (const args of pasted)
      expect(results((await xingji(['decode', '--json', ...args])).out).map(({ serial }) => serial)).toEqual([9]);
  });

  test('takes bad frames as results: one line each, in order, and exit code 1', async () => {
    const input = [HEARTBEAT, BROKEN, '', 'no hex at all', `${HEARTBEAT}${HEARTBEAT}\r`, HEARTBEAT].join('\n');
    const { code, out, err } = await xingji(['decode', '--json', '-'], { input });
    expect(code).toBe(1);
    expect(err).toBe('');
    expect(results(out).map(({ ok, reason }) => (ok ? 'ok' : reason))).toEqual([
      'ok',
      'checksum',
      'delimiter',
      'ok',
      'ok',
      'ok',
    ]);
    expect(results(out)[1]).toEqual({
      ok: false,
      reason: 'checksum',
      detail: 'check code 0x8f, expected 0x3b',
      hex: BROKEN,
    });
  });

  test('shows a tree to people, in colour only where that is wanted', async () => {
    const plain = await xingji(['decode', HEARTBEAT, BROKEN], { env: { NO_COLOR: '1' } });
    expect(plain.out).toBe(
      `0x0002 terminalHeartbeat  terminal 13912345678  phone 013912345678  serial 9  revision 2013\nbad frame  checksum: check code 0x8f, expected 0x3b\n  ${BROKEN}\n`,
    );
    const coloured = await xingji(['decode', HEARTBEAT], { env: { FORCE_COLOR: '1' } });
    expect(coloured.out).toContain('\u001b[1m0x0002');
  });

  test('stands when its reader goes away', async () => {
    const input = `${HEARTBEAT}\n`.repeat(20_000);
    const { code, err } = await xingji(['decode', '--json', '-'], { input, closeOutputAfter: 1 });
    expect([code, err]).toEqual([0, '']);
  });
});

describe('xingji encode', () => {
  test('gives the frames back from which decode made the messages', async () => {
    const input = (await xingji(['decode', '--json', HEARTBEAT])).out;
    expect(await xingji(['encode'], { input })).toEqual({ code: 0, out: `${HEARTBEAT}\n`, err: '' });
  });

  test('makes several frames where a body is too long for one', async () => {
    const input = JSON.stringify({
      name: 'textMessage',
      phone: '013912345678',
      serial: 1,
      body: { flag: [], text: '速'.repeat(1000) },
    });
    const { code, out } = await xingji(['encode', '-'], { input });
    expect([code, out.trim().split('\n').length]).toEqual([0, 2]);
    const parts = results((await xingji(['decode', '--json', '-'], { input: out })).out);
    expect(parts.map(({ part, serial }) => [part, serial])).toEqual([
      [{ total: 2, number: 1 }, 1],
      [{ total: 2, number: 2 }, 2],
    ]);
  });

  test('says which line it cannot encode and why, and encodes the others', async () => {
    const good = '{"name":"terminalHeartbeat","phone":"013912345678","serial":9}';
    const input = `{"name":"heartbeet","phone":"1"}\n{\n${good}\n`;
    const { code, out, err } = await xingji(['encode'], { input });
    expect([code, out]).toEqual([1, `${HEARTBEAT}\n`]);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^line 1: name: no message is called "heartbeet"/),
      expect.stringMatching(/^line 2: not JSON: /),
      '',
    ]);
    const json = results((await xingji(['encode', '--json'], { input })).out);
    expect(json.map(({ ok }) => ok)).toEqual([false, false, true]);
    expect(json[2]).toEqual({ ok: true, frames: [HEARTBEAT] });
  });
});

test('a maker’s messages are read by the profile that is asked for', async () => {
  // The check octet follows from the octets before it.
  const { out } = await xingji(['encode'], {
    input: '{"name":"textReply","vendor":"bsj","phone":"1","body":{"encoding":"gbk","text":"OK"}}',
  });
  expect(results((await xingji(['decode', '--json', '--vendor', 'bsj', out.trim()])).out)[0]).toMatchObject({
    name: 'textReply',
    vendor: { profile: 'bsj' },
  });
  expect((await xingji(['decode', '--vendor', 'bsj', out.trim()])).out).toContain('bsj');
  expect((await xingji(['explain', '--vendor', 'bsj', out.trim()])).out).toContain('textReply');
  expect((await xingji(['decode', '--vendor', 'nobody', '7e'])).code).toBe(2);
});

describe('the dialect of EMQX', () => {
  const json = '{"header":{"msg_id":2,"encrypt":0,"len":0,"phone":"013912345678","msg_sn":9},"body":{}}';

  test('is what decode prints when asked, a bad frame in our own form', async () => {
    const { code, out } = await xingji(['decode', '--dialect', 'emqx', HEARTBEAT, BROKEN]);
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toBe(json);
    expect(results(out)[1]).toMatchObject({ ok: false, reason: 'checksum' });
  });

  test('is what encode takes when asked, refusing by path', async () => {
    const input = `${json}\n{"header":{"msg_id":33536,"phone":"1"},"body":{"flag":1}}\n`;
    const { code, out, err } = await xingji(['encode', '--dialect', 'emqx'], { input });
    expect([code, out, err]).toEqual([1, `${HEARTBEAT}\n`, 'line 2: body.text: expected a text\n']);
  });
});
