import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Access, createAccess } from '../../../gateway/access/access.ts';
import { type Role, ROLES } from '../../../bridge/index.ts';
import { covers, may } from '../../../gateway/access/account.ts';
import type { StoredAccount } from '../../../gateway/access/account-file.ts';
import { hashPassword, hashToken, newPassword, newToken, passwordMatches } from '../../../gateway/access/secrets.ts';

const TOKEN = newToken(randomBytes);
let accounts: readonly StoredAccount[];
let access: Access;
let time = 0;
const now = (): number => time;

beforeAll(async () => {
  accounts = [
    { name: 'op', role: 'operator', prefix: '', password: null, tokens: [hashToken(TOKEN)] },
    {
      name: 'kunming',
      role: 'platform',
      prefix: '5301',
      password: await hashPassword('滇池-1', randomBytes),
      tokens: [],
    },
  ];
  access = await createAccess(accounts, { random: randomBytes, now });
});

describe('a token', () => {
  test('is known by its hash', () => {
    expect(access.authenticateToken(TOKEN)).toEqual({ name: 'op', role: 'operator', prefix: '' });
  });

  test.each(['', 'xj_', hashToken(TOKEN), `${TOKEN}x`, TOKEN.slice(0, -1), 'x'.repeat(100_000)])(
    '%.20j opens nothing',
    (token) => {
      expect(access.authenticateToken(token)).toBeUndefined();
    },
  );

  test('is never the same twice and holds 192 random bits', () => {
    expect(newToken(randomBytes)).toMatch(/^xj_[A-Za-z0-9_-]{32}$/);
    expect(newToken(randomBytes)).not.toBe(newToken(randomBytes));
  });
});

describe('a password', () => {
  test('is known by its hash, again and again', async () => {
    for (let i = 0; i < 3; i++) {
      expect(await access.authenticatePassword('kunming', '滇池-1')).toEqual({
        name: 'kunming',
        role: 'platform',
        prefix: '5301',
      });
    }
  });

  test.each([
    ['kunming', '滇池-2'],
    ['kunming', ''],
    ['KUNMING', '滇池-1'],
    ['nobody', '滇池-1'],
    // An account without a password is not one with an empty password.
    ['op', ''],
    ['', ''],
    ['kunming', 'x'.repeat(100_000)],
  ])('of %s that is %.10j opens nothing', async (name, password) => {
    expect(await access.authenticatePassword(name, password)).toBeUndefined();
  });

  test('that was right is not asked of scrypt again, one that was wrong is', async () => {
    const stretched = await createAccess(accounts, { random: randomBytes, now, maxChecks: 1 });
    expect(await stretched.authenticatePassword('kunming', '滇池-1')).toBeDefined();
    // Only one may be stretched at a time: while a wrong one is, a remembered one still gets in and another wrong one does not.
    const wrong = stretched.authenticatePassword('kunming', 'no');
    expect(await stretched.authenticatePassword('kunming', '滇池-1')).toBeDefined();
    expect(await wrong).toBeUndefined();
  });

  test('beyond the bound of checks at a time is refused, and taken when they are done', async () => {
    const busy = await createAccess(accounts, { random: randomBytes, now, maxChecks: 1 });
    const first = busy.authenticatePassword('kunming', 'no');
    expect(await busy.authenticatePassword('kunming', '滇池-1')).toBeUndefined();
    await first;
    expect(await busy.authenticatePassword('kunming', '滇池-1')).toBeDefined();
  });

  test('is not remembered under a name and password that only join to the same text', async () => {
    expect(await access.authenticatePassword('kunming滇', '池-1')).toBeUndefined();
  });

  test('has a salt of its own, and a hash in another form matches nothing', async () => {
    const [one, two] = await Promise.all([hashPassword('p', randomBytes), hashPassword('p', randomBytes)]);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt\$16384\$8\$1\$/);
    expect(await passwordMatches('p', one)).toBe(true);
    expect(await passwordMatches('p', one.replace('scrypt', 'plain'))).toBe(false);
    expect(await passwordMatches('p', 'p')).toBe(false);
    expect(newPassword(randomBytes)).toMatch(/^[A-Za-z0-9_-]{24}$/);
  });
});

describe('an account', () => {
  const token = (name: string): string => `${name}-token`;
  const stored = (name: string, change: Partial<StoredAccount> = {}): StoredAccount => ({
    name,
    role: 'unit',
    prefix: '53',
    password: null,
    tokens: [hashToken(token(name))],
    ...change,
  });
  const names = (of: Access, ...all: string[]): string[] => all.filter((name) => of.authenticateToken(token(name)));

  test('that is disabled opens nothing, nor one past its time', async () => {
    const all = [stored('a', { disabled: true }), stored('b', { expires: 100 }), stored('c')];
    const own = await createAccess(all, { random: randomBytes, now });
    expect(names(own, 'a', 'b', 'c')).toEqual(['b', 'c']);
    time = 100;
    expect(names(own, 'a', 'b', 'c')).toEqual(['c']);
    time = 0;
  });

  test('that is gone, disabled, expired or of another division is told of once; a password that was verified too', async () => {
    const password = await hashPassword('secret', randomBytes);
    const all = [stored('a', { password }), stored('b', { expires: 100 }), stored('c'), stored('d')];
    const own = await createAccess(all, { random: randomBytes, now });
    const gone: string[] = [];
    own.onGone(({ name }) => gone.push(name));
    expect(await own.authenticatePassword('a', 'secret')).toBeDefined();
    own.replace([{ ...all[0]!, disabled: true }, all[1]!, { ...all[2]!, prefix: '45' }]);
    time = 100;
    own.sweep();
    own.sweep();
    time = 0;
    expect(gone).toEqual(['a', 'b', 'c', 'd']);
    expect(await own.authenticatePassword('a', 'secret')).toBeUndefined();
    expect(own.stands({ name: 'c', role: 'unit', prefix: '53' })).toBe(false);
    expect(names(own, 'c', 'd')).toEqual(['c']);
  });
});

describe('a certificate at the broker', () => {
  const car: StoredAccount = {
    name: 'car',
    role: 'unit',
    prefix: '53',
    password: null,
    tokens: [],
    certificates: ['ab'],
  };
  const name = async (of: Access, credentials: Parameters<Access['authenticateClient']>[0]) =>
    (await of.authenticateClient(credentials))?.name;

  test('opens its account with and without its name, and no other, until the account expires', async () => {
    const own = await createAccess([{ ...car, expires: 100 }, ...accounts], { random: randomBytes, now });
    expect(await name(own, { certificate: 'ab' })).toBe('car');
    expect(await name(own, { certificate: 'ab', username: 'car' })).toBe('car');
    const kunming = { username: 'kunming', password: '滇池-1' };
    expect(await name(own, { certificate: 'ab', username: 'kunming' })).toBeUndefined();
    expect(await name(own, { certificate: 'ab', ...kunming })).toBeUndefined();
    expect(await name(own, { certificate: 'ab', username: 'car', password: '' })).toBeUndefined();
    expect([await name(own, { certificate: 'cd' }), await name(own, { certificate: 'cd', ...kunming })]).toEqual([
      undefined,
      'kunming',
    ]);
    time = 100;
    expect(await name(own, { certificate: 'ab' })).toBeUndefined();
    time = 0;
  });

  test('that stands for its account no more is told of once', async () => {
    const own = await createAccess([car], { random: randomBytes, now });
    const gone: string[] = [];
    own.onDecertified((certificate) => gone.push(certificate));
    own.sweep();
    own.replace([{ ...car, certificates: ['cd'] }]);
    own.sweep();
    own.sweep();
    expect(gone).toEqual(['ab']);
  });
});

describe('a role', () => {
  test.each<[Role, string]>([
    ['operator', 'watch command run'],
    ['platform', 'watch command run'],
    ['unit', 'watch command'],
    ['supervisor', 'watch'],
    ['discipline', 'watch'],
    ['finance', ''],
    ['audit', 'run'],
    ['thirdParty', ''],
  ])('%s may: %s', (role, rights) => {
    const account = { name: 'x', role, prefix: '' };
    expect((['watch', 'command', 'run'] as const).filter((right) => may(account, right)).join(' ')).toBe(rights);
  });

  test('is one of the contract', () => {
    expect(ROLES).toHaveLength(8);
  });

  test('sees its divisions and nothing beside them', () => {
    const account = { name: 'x', role: 'unit', prefix: '5301' } as const;
    expect([covers(account, '530102'), covers(account, '530201'), covers(account, '000000')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
