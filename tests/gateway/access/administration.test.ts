import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Access, createAccess } from '../../../gateway/access/access.ts';
import { accountsPath, readAccounts, type StoredAccount, writeAccounts } from '../../../gateway/access/account-file.ts';
import { may } from '../../../gateway/access/account.ts';
import { type Administration, administer } from '../../../gateway/access/administration.ts';
import type { Change } from '../../../gateway/access/privilege.ts';
import { hashToken } from '../../../gateway/access/secrets.ts';
import { createSignIn } from '../../../gateway/access/sign-in.ts';
import { codeOf } from '../../../gateway/access/totp.ts';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { VirtualClock } from '../../../protocol/index.ts';

const DAY = 86_400_000;
let data: string;
let clock: VirtualClock;
let access: Access;
let accounts: Administration;
let trail: Omit<AuditEntry, 'at'>[];

const account = (name: string, role: StoredAccount['role'], prefix = '', more: Partial<StoredAccount> = {}) => ({
  name,
  role,
  prefix,
  password: null,
  tokens: [hashToken(`${name}-token`)],
  ...more,
});
const ROOT = { name: 'root', prefix: '' };
const CHIEF = { name: 'chief', prefix: '' };

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'xingji-accounts-'));
  clock = new VirtualClock(1_800_000_000_000);
  trail = [];
  const all = [account('root', 'operator'), account('chief', 'supervisor'), account('car', 'unit', '5301')];
  writeAccounts(accountsPath(data), all);
  access = await createAccess(all, { random: randomBytes, now: () => clock.now() });
  accounts = administer({
    data,
    random: randomBytes,
    now: () => clock.now(),
    pause: async () => {},
    note: async (entry) => void trail.push(entry),
    changed: (changed) => access.replace(changed),
  });
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const found = (name: string): StoredAccount | undefined =>
  readAccounts(accountsPath(data))?.find((each) => each.name === name);
const idOf = async (change: Change): Promise<string> => {
  const outcome = await accounts.request(change, ROOT);
  return 'id' in outcome ? outcome.id : `not asked for: ${JSON.stringify(outcome)}`;
};
const raise: Change = { kind: 'alter', name: 'car', role: 'supervisor' };

describe('while four eyes are switched off, as at the first start', () => {
  it('one person gives and takes, and the trail has what was before and what is after', async () => {
    expect(await accounts.request(raise, ROOT)).toEqual({ state: 'applied' });
    expect(found('car')?.role).toBe('supervisor');
    expect(trail).toEqual([
      expect.objectContaining({
        who: 'root',
        what: 'account.altered',
        subject: 'account:car',
        before: expect.objectContaining({ role: 'unit', division: '5301' }),
        after: expect.objectContaining({ role: 'supervisor', division: '5301' }),
      }),
    ]);
    expect(JSON.stringify(trail)).not.toContain(hashToken('car-token'));
  });

  it('they cannot be switched on where nobody else could approve', async () => {
    await accounts.request({ kind: 'disable', name: 'chief' }, ROOT);
    expect(await accounts.request({ kind: 'fourEyes', on: true }, ROOT)).toEqual({ refused: 'alone' });
  });
});

describe('with four eyes', () => {
  beforeEach(() => accounts.request({ kind: 'fourEyes', on: true }, ROOT));

  it.each<[string, Change]>([
    ['a new account', { kind: 'add', account: account('new', 'finance') }],
    ['a role with more rights', raise],
    ['a role with other rights', { kind: 'alter', name: 'car', role: 'discipline' }],
    ['a wider division', { kind: 'alter', name: 'car', prefix: '53' }],
    ['another division', { kind: 'alter', name: 'car', prefix: '4501' }],
    ['an account that was disabled', { kind: 'enable', name: 'car' }],
    ['new secrets, which are told to who asks', { kind: 'rotate', name: 'car', password: 'p', tokens: ['t'] }],
    ['a certificate', { kind: 'certify', name: 'car', fingerprint: 'ab' }],
    ['an account without its second factor', { kind: 'removeTotp', name: 'car' }],
    ['one pair of eyes', { kind: 'fourEyes', on: false }],
  ])('%s takes a second person', async (_what, change) => {
    const before = readAccounts(accountsPath(data));
    const id = await idOf(change);
    expect(readAccounts(accountsPath(data))).toEqual(before);
    expect(await accounts.decide(id, true, ROOT)).toEqual({ refused: 'own' });
    expect(await accounts.decide(id, true, CHIEF)).toEqual({ state: 'applied' });
    expect(trail.at(-1)).toMatchObject({ who: 'chief', after: { change: id, requestedBy: 'root' } });
    expect(await accounts.decide(id, true, CHIEF)).toEqual({ refused: 'unknown' });
  });

  it.each<[string, Change]>([
    ['an account', { kind: 'disable', name: 'car' }],
    ['sessions', { kind: 'endSessions', name: 'car' }],
    ['a part of the divisions', { kind: 'alter', name: 'car', prefix: '530102' }],
    ['time', { kind: 'alter', name: 'car', expires: 1_800_000_000_000 + DAY }],
    ['rights', { kind: 'alter', name: 'car', role: 'thirdParty' }],
    ['a certificate', { kind: 'decertify', name: 'car', fingerprint: 'ab' }],
  ])('to take away %s is done at once', async (_what, change) => {
    expect(await accounts.request(change, ROOT)).toEqual({ state: 'applied' });
  });

  it('more time takes two, less takes one', async () => {
    await accounts.request({ kind: 'alter', name: 'car', expires: clock.now() + DAY }, ROOT);
    expect(await accounts.request({ kind: 'alter', name: 'car', expires: null }, ROOT)).toMatchObject({
      state: 'requested',
    });
  });

  it('nobody asks or approves beyond their own divisions', async () => {
    const local = { name: 'local', prefix: '45' };
    expect(await accounts.request(raise, local)).toEqual({ refused: 'unknown' });
    expect(await accounts.request({ kind: 'add', account: account('x', 'unit') }, local)).toEqual({
      refused: 'outside',
    });
    expect(await accounts.decide(await idOf(raise), true, local)).toEqual({ refused: 'unknown' });
  });

  it('what was turned down, or waited for a week, is gone', async () => {
    const denied = await idOf(raise);
    expect(await accounts.decide(denied, false, CHIEF)).toEqual({ state: 'denied' });
    const late = await idOf(raise);
    clock.advance(7 * DAY);
    expect(await accounts.decide(late, true, CHIEF)).toEqual({ refused: 'unknown' });
    expect(found('car')?.role).toBe('unit');
  });

  it('a bounded number waits, and one name once', async () => {
    const add = (name: string): Change => ({ kind: 'add', account: account(name, 'audit') });
    await idOf(add('n0'));
    expect(await accounts.request(add('n0'), ROOT)).toEqual({ refused: 'taken' });
    for (let i = 1; i < 100; i++) await idOf(add(`n${i}`));
    expect(await accounts.request(add('n100'), ROOT)).toEqual({ refused: 'full' });
  });
});

it('nothing is changed that the trail cannot have', async () => {
  const mute = administer({
    data,
    random: randomBytes,
    now: () => clock.now(),
    pause: async () => {},
    note: () => Promise.reject(new Error('disk full')),
  });
  await expect(mute.request(raise, ROOT)).rejects.toThrow('disk full');
  expect(found('car')?.role).toBe('unit');
});

describe('an account with a second factor', () => {
  const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const code = (by = 0): string => codeOf(SECRET, Math.floor(clock.now() / 30_000) + by);
  beforeEach(() =>
    accounts.own('car', { what: 'test' }, (one) => ({
      ...one,
      totp: { secret: SECRET, confirmed: true, recovery: [hashToken('AAAAAAAA-BBBBBBBB')] },
    })),
  );
  const signIn = () => createSignIn(access, clock, accounts);

  it('opens nothing by its token alone, and a session with a code', async () => {
    const enter = signIn();
    expect(access.authenticateToken('car-token')).toBeUndefined();
    expect(await enter('car-token', undefined)).toEqual({ wants: 'code' });
    expect(await enter('car-token', '000000')).toEqual({ wants: 'code' });
    expect(await enter('wrong', code())).toBeUndefined();
    expect(await enter('car-token', code())).toMatchObject({ account: { name: 'car' } });
    expect(await enter('chief-token', undefined)).toMatchObject({ account: { name: 'chief' } });
  });

  it('takes a code once: neither it nor an older one opens again', async () => {
    const enter = signIn();
    expect(await enter('car-token', code())).toMatchObject({ account: { name: 'car' } });
    expect(await enter('car-token', code())).toEqual({ wants: 'code' });
    expect(await enter('car-token', code(-1))).toEqual({ wants: 'code' });
    expect(await enter('car-token', code(1))).toMatchObject({ account: { name: 'car' } });
  });

  it('is not guessed: after five wrong codes none opens for five minutes', async () => {
    const enter = signIn();
    for (let i = 0; i < 5; i++) await enter('car-token', '000000');
    expect(await enter('car-token', code())).toEqual({ wants: 'wait' });
    clock.advance(5 * 60_000);
    expect(await enter('car-token', code())).toMatchObject({ account: { name: 'car' } });
  });

  it('is opened by a recovery code once, which the trail has', async () => {
    const enter = signIn();
    expect(await enter('car-token', 'aaaaaaaa-bbbbbbbb')).toMatchObject({ account: { name: 'car' } });
    expect(await enter('car-token', 'AAAAAAAA-BBBBBBBB')).toEqual({ wants: 'code' });
    expect(trail.at(-1)).toMatchObject({ who: 'car', what: 'account.recovery.used', after: { recoveryCodesLeft: 0 } });
  });
});

describe('a key of an account', () => {
  const key = { id: 'k', label: 'wall', hash: hashToken('key'), prefix: '530102', made: 0 };
  const give = (more: object): Promise<unknown> =>
    accounts.own('car', { what: 'test' }, (one) => ({
      ...one,
      keys: [{ ...key, rights: ['watch'], expires: clock.now() + DAY, ...more }],
    }));

  it('has its rights and divisions, until its end', async () => {
    await give({});
    expect(access.authenticateToken('key')).toEqual({
      name: 'car',
      role: 'unit',
      prefix: '530102',
      only: ['watch'],
    });
    clock.advance(DAY);
    expect(access.authenticateToken('key')).toBeUndefined();
  });

  it('never has the right to make further keys, whatever it has', async () => {
    await give({ rights: undefined });
    const holder = access.authenticateToken('key')!;
    expect([may(holder, 'command'), may(holder, 'own'), may(holder, 'audit')]).toEqual([true, false, false]);
  });

  it('has nothing that its account has no more, and ends with it', async () => {
    await give({ prefix: '5301' });
    await accounts.request({ kind: 'alter', name: 'car', prefix: '530102' }, ROOT);
    expect(access.authenticateToken('key')).toBeUndefined();
    await give({});
    await accounts.request({ kind: 'rotate', name: 'car', password: 'p', tokens: [] }, ROOT);
    expect(access.authenticateToken('key')).toBeUndefined();
  });
});

it('a session that began before an account’s sessions were ended does not stand', async () => {
  const one = { name: 'car', role: 'unit', prefix: '5301' } as const;
  const began = clock.now();
  clock.advance(1000);
  await accounts.request({ kind: 'endSessions', name: 'car' }, ROOT);
  expect([access.stands(one, began), access.stands(one, clock.now()), access.stands(one)]).toEqual([false, true, true]);
});

it('a certificate stands for its account until it is taken away', async () => {
  await accounts.request({ kind: 'certify', name: 'car', fingerprint: 'ab12' }, ROOT);
  expect(access.authenticateCertificate('ab12')?.name).toBe('car');
  await accounts.request({ kind: 'decertify', name: 'car', fingerprint: 'ab12' }, ROOT);
  expect(access.authenticateCertificate('ab12')).toBeUndefined();
});
