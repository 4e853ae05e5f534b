import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Account,
  accountRules,
  coversFilter,
  createAcl,
  formatAcl,
  gatewayRules,
  ROLES,
  topicMatches,
} from '../../../bridge/index.ts';

const PREFIX = 'xingji/v1';
const acl = createAcl(PREFIX, 'emqx');

const level = fc.constantFrom(
  '53',
  '01',
  '02',
  '45',
  '00',
  '5',
  'gateway',
  'feed',
  'place',
  'jt808',
  '013912345678',
  'dn',
  'up',
  'rejected',
  'status',
  'edge',
);
const leaf = fc.constantFrom(
  'position',
  'message',
  'event',
  'state',
  'command',
  'reply',
  'status',
  'place',
  'dn',
  'up',
  'rejected',
);
const rest = fc.tuple(fc.array(level, { maxLength: 5 }), leaf).map(([levels, last]) => [...levels, last].join('/'));
const topic = fc.oneof(
  rest.map((each) => `${PREFIX}/${each}`),
  fc
    .tuple(
      fc.constantFrom('53/01/02', '53/01', '53', '45/01/01', '53/02/01'),
      fc.constantFrom('', '/13912345678'),
      leaf,
    )
    .map(([division, terminal, last]) => `${PREFIX}/${division}${terminal}/${last}`),
  rest,
  rest.map((each) => `$SYS/${each}`),
  rest.map((each) => `jt808/${each}`),
);
const account: fc.Arbitrary<Account> = fc.record({
  name: fc.constant('a'),
  role: fc.constantFrom(...ROLES),
  prefix: fc.constantFrom('', '53', '5301', '530102'),
});

describe('rules for brokers elsewhere', () => {
  test('let through to be heard what the embedded broker does, no more and no less', () => {
    fc.assert(
      fc.property(account, topic, (who, name) => {
        const rules = accountRules(who, PREFIX, 'emqx').filter(({ action }) => action === 'subscribe');
        const allowed = rules.some(({ filter }) => topicMatches(filter, name));
        // A division is digits to the embedded broker and any level to a filter; nothing is published where they differ.
        if (isPublished(name)) expect([who, name, allowed]).toEqual([who, name, acl.mayReceive(who, name)]);
        else if (acl.mayReceive(who, name)) expect(allowed).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(accountRules({ name: 'a', role: 'discipline', prefix: '53' }, PREFIX)).toEqual([
      { action: 'subscribe', filter: 'xingji/v1/53/+/+/+/event' },
    ]);
  });

  test('let through to be said what the embedded broker does, where anybody listens', () => {
    fc.assert(
      fc.property(account, topic, (who, name) => {
        const rules = accountRules(who, PREFIX, 'emqx').filter(({ action }) => action === 'publish');
        const allowed = rules.some(({ filter }) => topicMatches(filter, name));
        if (acl.mayPublish(who, name)) expect(allowed).toBe(true);
        else if (isPublished(name)) expect([who, name, allowed]).toEqual([who, name, false]);
      }),
      { numRuns: 2000 },
    );
    expect(accountRules({ name: 'a', role: 'platform', prefix: '530102' }, PREFIX)).toContainEqual({
      action: 'publish',
      filter: 'xingji/v1/53/01/02/command',
    });
  });

  test('of a filter cover what it can match', () => {
    const parts = fc.array(fc.constantFrom('a', 'b', '+'), { minLength: 1, maxLength: 4 });
    const filter = fc.tuple(parts, fc.boolean()).map(([each, open]) => [...each, ...(open ? ['#'] : [])].join('/'));
    const name = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 5 }).map((each) => each.join('/'));
    fc.assert(
      fc.property(filter, filter, name, (wide, narrow, each) => {
        if (coversFilter(wide, narrow) && topicMatches(narrow, each)) expect(topicMatches(wide, each)).toBe(true);
      }),
    );
    expect(coversFilter('a/#', 'a')).toBe(true);
    expect(coversFilter('+/b', 'a/b')).toBe(true);
    expect(coversFilter('+/b', '#')).toBe(false);
    expect(coversFilter('a/b', 'a/+')).toBe(false);
    expect(coversFilter('#', '$SYS/#')).toBe(false);
  });

  test('give nobody a shared subscription, $SYS, or another tenant’s topics', () => {
    const rules = ROLES.flatMap((role) => accountRules({ name: 'a', role, prefix: '' }, PREFIX));
    for (const { filter } of rules) expect(filter.startsWith(`${PREFIX}/`)).toBe(true);
  });

  test('of the gateway let it say everything of its own, and hear commands and facts', () => {
    const can = (action: 'publish' | 'subscribe', name: string): boolean =>
      gatewayRules(PREFIX).some((rule) => rule.action === action && topicMatches(rule.filter, name));
    for (const each of ['53/01/02/1/position', 'gateway/edge-1/status', 'feed/place/rejected', '53/reply'])
      expect(can('publish', `${PREFIX}/${each}`)).toBe(true);
    for (const each of ['53/01/02/1/command', 'command', '53/01/command', 'feed/place'])
      expect(can('subscribe', `${PREFIX}/${each}`)).toBe(true);
    expect(can('publish', 'other/topic')).toBe(false);
    expect(gatewayRules(PREFIX, 'emqx').map(({ filter }) => filter)).toEqual([
      'jt808/+/+/dn',
      'xingji/v1/#',
      'jt808/+/+/up',
    ]);
  });
});

/** What the gateway or a platform in order would publish to. */
function isPublished(name: string): boolean {
  return /^xingji\/v1\/((\d\d\/){3}\d{11}\/(position|message|event|state|command|reply)|(\d\d\/){0,3}(command|reply)|gateway\/edge\/status|feed\/place(\/rejected)?)$/.test(
    name,
  );
}

describe('the export', () => {
  const users = [
    { name: 'kunming', rules: accountRules({ name: 'kunming', role: 'unit', prefix: '5301' }, PREFIX) },
    { name: 'money', rules: accountRules({ name: 'money', role: 'finance', prefix: '' }, PREFIX) },
  ];

  test('for mosquitto is an acl_file', () => {
    expect(formatAcl('mosquitto', users).split('\n').slice(2)).toEqual([
      '',
      'user kunming',
      'topic read xingji/v1/53/01/+/+/position',
      'topic read xingji/v1/53/01/+/+/event',
      'topic read xingji/v1/53/01/+/+/state',
      'topic read xingji/v1/53/01/+/+/reply',
      'topic read xingji/v1/53/01/reply',
      'topic read xingji/v1/53/01/+/reply',
      '',
      'user money',
      'topic read xingji/v1/+/+/+/+/event',
      '',
    ]);
  });

  test('for EMQX is an acl.conf that refuses what it does not name', () => {
    const lines = formatAcl('emqx', users).trimEnd().split('\n');
    expect(lines.slice(2)).toEqual([
      '{allow, {username, "kunming"}, subscribe, ["xingji/v1/53/01/+/+/position", "xingji/v1/53/01/+/+/event", "xingji/v1/53/01/+/+/state", "xingji/v1/53/01/+/+/reply", "xingji/v1/53/01/reply", "xingji/v1/53/01/+/reply"]}.',
      '{allow, {username, "money"}, subscribe, ["xingji/v1/+/+/+/+/event"]}.',
      '{deny, all}.',
    ]);
  });

  test('for EMQX’s database is JSON', () => {
    expect(JSON.parse(formatAcl('emqx-rules', users.slice(1)))).toEqual([
      { username: 'money', rules: [{ topic: 'xingji/v1/+/+/+/+/event', action: 'subscribe', permission: 'allow' }] },
    ]);
  });
});
