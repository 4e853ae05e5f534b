import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AccessError } from '../../../gateway/access/errors.ts';
import { type FirstRun, openAccess } from '../../../gateway/access/first-run.ts';

const ADDRESSES = { jt808: '127.0.0.1:8808', http: 'http://127.0.0.1:8080', mqttUrl: 'mqtt://127.0.0.1:1883' };
let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'xingji-access-'));
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

const open = () => openAccess(data, randomBytes, () => 0);
const told = (): FirstRun => JSON.parse(readFileSync(join(data, 'first-run.json'), 'utf8')) as FirstRun;
const mode = (name: string): number => statSync(join(data, name)).mode & 0o777;

describe('the first start', () => {
  test('tells how to get in, in the form of the contract, and each of it works', async () => {
    const { access, first, announce } = await open();
    const content = announce(ADDRESSES, 'embedded');
    expect(first).toBe(true);
    expect(told()).toEqual(content);
    expect(Object.keys(content)).toEqual(['jt808', 'http', 'console', 'token', 'mqtt']);
    expect(content).toMatchObject({
      jt808: '127.0.0.1:8808',
      http: 'http://127.0.0.1:8080',
      mqtt: { url: 'mqtt://127.0.0.1:1883' },
    });
    expect(content.console).toBe(`http://127.0.0.1:8080/?token=${content.token}`);
    expect(access.authenticateToken(content.token ?? '')?.role).toBe('operator');
    expect((await access.authenticatePassword(content.mqtt.username ?? '', content.mqtt.password ?? ''))?.role).toBe(
      'platform',
    );
  });

  test('leaves files that only their owner reads, also over a draft with other rights', async () => {
    writeFileSync(join(data, 'accounts.json.new'), 'cut off', { mode: 0o644 });
    chmodSync(join(data, 'accounts.json.new'), 0o644);
    (await open()).announce(ADDRESSES, 'embedded');
    expect([mode('accounts.json'), mode('first-run.json')]).toEqual([0o600, 0o600]);
    expect(readdirSync(data).sort((a, b) => (a < b ? -1 : 1))).toEqual(['accounts.json', 'first-run.json']);
  });

  test('stores no secret, only hashes', async () => {
    const content = (await open()).announce(ADDRESSES, 'embedded');
    const stored = readFileSync(join(data, 'accounts.json'), 'utf8');
    expect(stored).not.toContain(content.token);
    expect(stored).not.toContain(content.mqtt.password);
  });
});

describe('a later start', () => {
  test('keeps the secrets and tells the addresses of this run', async () => {
    const before = (await open()).announce(ADDRESSES, 'embedded');
    const again = await open();
    const after = again.announce({ ...ADDRESSES, http: 'http://127.0.0.1:41234' }, 'embedded');
    expect(again.first).toBe(false);
    expect(after).toEqual({
      ...before,
      http: 'http://127.0.0.1:41234',
      console: `http://127.0.0.1:41234/?token=${before.token}`,
    });
    expect(told()).toEqual(after);
    expect(again.access.authenticateToken(before.token ?? '')?.name).toBe('operator');
  });

  test('tells no secrets once the file with them was removed; they still work', async () => {
    const before = (await open()).announce(ADDRESSES, 'embedded');
    rmSync(join(data, 'first-run.json'));
    const again = await open();
    expect(again.announce(ADDRESSES, 'embedded')).toEqual({
      jt808: ADDRESSES.jt808,
      http: ADDRESSES.http,
      console: 'http://127.0.0.1:8080/',
      mqtt: { url: ADDRESSES.mqttUrl },
    });
    expect(again.access.authenticateToken(before.token ?? '')).toBeDefined();
  });

  test('drops secrets that open nothing any more', async () => {
    (await open()).announce(ADDRESSES, 'embedded');
    writeFileSync(
      join(data, 'first-run.json'),
      JSON.stringify({ token: 'old', mqtt: { username: 'platform', password: 'old' } }),
    );
    const content = (await open()).announce(ADDRESSES, 'embedded');
    expect([content.token, content.mqtt.password]).toEqual([undefined, undefined]);
  });

  test('is not stopped by a first-run.json that is no JSON', async () => {
    (await open()).announce(ADDRESSES, 'embedded');
    writeFileSync(join(data, 'first-run.json'), '{');
    expect((await open()).first).toBe(false);
  });

  test('keeps the account of the embedded broker apart while another is in use', async () => {
    const before = (await open()).announce(ADDRESSES, 'embedded');
    const { username, password } = before.mqtt;
    const external = (await open()).announce({ ...ADDRESSES, mqttUrl: 'mqtts://broker:8883' }, 'external');
    expect(external.mqtt).toEqual({ url: 'mqtts://broker:8883' });
    expect(external.embedded).toEqual({ username, password });
    expect((await open()).announce(ADDRESSES, 'embedded')).toEqual(before);
  });
});

describe('a damaged store of accounts', () => {
  test.each([
    ['cut off', '{"version":1,"acc', 'ACCOUNTS_UNREADABLE'],
    ['of another program', '{"version":1,"users":[]}', 'ACCOUNTS_UNREADABLE'],
    [
      'with a role that does not exist',
      '{"version":1,"accounts":[{"name":"a","role":"root","prefix":"","password":null,"tokens":[]}]}',
      'ACCOUNTS_UNREADABLE',
    ],
    ['of a newer version', '{"version":3,"people":[]}', 'ACCOUNTS_NEWER'],
  ])('%s is said and not replaced', async (_, content, code) => {
    const path = join(data, 'accounts.json');
    writeFileSync(path, content);
    const error = await open().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AccessError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(path) as string });
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(existsSync(join(data, 'first-run.json'))).toBe(false);
  });
});
