import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Account, createAcl, type Role, ROLES } from '../../../bridge/index.ts';
import { divisionLevels, terminalTopic } from '../../../bridge/index.ts';

const acl = createAcl('xingji/v1');
const account = (role: Role, prefix: string): Account => ({ name: 'someone', role, prefix });
const LEAVES = ['position', 'message', 'event', 'state', 'command', 'reply'] as const;

describe('subscribing', () => {
  const table: [prefix: string, filter: string, granted: boolean][] = [
    ['', '#', true],
    ['', 'xingji/v1/#', true],
    ['', 'xingji/v1/+/+/+/+/position', true],
    ['', 'xingji/v2/#', false],
    ['', '+/v1/53/#', false],
    ['', '$SYS/#', false],
    ['', '$SYS/broker/clients', false],
    ['', '$share/group/xingji/v1/53/#', false],
    ['53', '#', false],
    ['53', 'xingji/v1/#', false],
    ['53', 'xingji/v1/53/#', true],
    ['53', 'xingji/v1/53/+/+/+/event', true],
    ['53', 'xingji/v1/+/01/02/13912345678/event', false],
    ['53', 'xingji/v1/54/#', false],
    ['5301', 'xingji/v1/53/01/#', true],
    ['5301', 'xingji/v1/53/#', false],
    ['5301', 'xingji/v1/53/+/02/13912345678/state', false],
    ['5301', 'xingji/v1/53/02/#', false],
    ['530102', 'xingji/v1/53/01/02/+/position', true],
    ['530102', 'xingji/v1/53/01/02', false],
    ['530102', 'xingji/v1/53/01/02/+/position/more', false],
    ['530', 'xingji/v1/53/01/#', true],
    ['530', 'xingji/v1/53/11/#', false],
    ['53', 'xingji/v1/53/01/02/13912345678/unknown', false],
    ['53', 'xingji/v1/53/01/reply', true],
    ['53', 'xingji/v1/reply', false],
    ['', 'xingji/v1/reply', true],
    ['53', 'xingji/v1/54/reply', false],
    ['53', 'xingji/v1/+/reply', false],
  ];
  it.each(table)('with prefix "%s" to %s: %s', (prefix, filter, granted) => {
    expect(acl.maySubscribe(account('platform', prefix), filter)).toBe(granted);
  });

  it('is granted to a leaf only where the role hears it', () => {
    const heard = Object.fromEntries(
      ROLES.map((role) => [
        role,
        LEAVES.filter((leaf) => acl.maySubscribe(account(role, ''), `xingji/v1/53/01/02/1/${leaf}`)),
      ]),
    );
    expect(heard).toEqual({
      operator: [...LEAVES],
      platform: [...LEAVES],
      unit: ['position', 'event', 'state', 'reply'],
      supervisor: ['position', 'message', 'event', 'state', 'reply'],
      discipline: ['event'],
      finance: ['event'],
      audit: ['event', 'command', 'reply'],
      thirdParty: ['position', 'event', 'state'],
    });
  });

  it('is granted to gateways and feeds by role', () => {
    const granted = (filter: string): Role[] => ROLES.filter((role) => acl.maySubscribe(account(role, ''), filter));
    expect(granted('xingji/v1/gateway/+/status')).toEqual(['operator', 'platform', 'supervisor', 'audit']);
    expect(granted('xingji/v1/feed/+/rejected')).toEqual(['operator', 'platform']);
  });
});

describe('publishing', () => {
  const table: [role: Role, prefix: string, topic: string, granted: boolean][] = [
    ['platform', '', 'xingji/v1/53/01/02/13912345678/command', true],
    ['platform', '5301', 'xingji/v1/53/01/02/13912345678/command', true],
    ['platform', '5302', 'xingji/v1/53/01/02/13912345678/command', false],
    ['platform', '', 'xingji/v1/53/01/02/13912345678/position', false],
    ['platform', '', 'xingji/v1/53/01/02/13912345678/reply', false],
    ['platform', '', 'xingji/v1/53/01/02/13912345678/command/more', false],
    ['platform', '', 'xingji/v1/gateway/edge-1/status', false],
    ['platform', '', 'xingji/v1/feed/archive', true],
    ['platform', '', 'xingji/v1/feed/archive/rejected', false],
    ['platform', '', '$SYS/x', false],
    ['platform', '', 'elsewhere', false],
    ['supervisor', '', 'xingji/v1/53/01/02/13912345678/command', false],
    ['unit', '', 'xingji/v1/feed/archive', false],
    ['thirdParty', '', 'xingji/v1/53/01/02/13912345678/command', false],
    ['platform', '', 'xingji/v1/command', true],
    ['platform', '5301', 'xingji/v1/53/01/command', true],
    ['platform', '5301', 'xingji/v1/53/01/02/command', true],
    ['platform', '5301', 'xingji/v1/53/command', false],
    ['platform', '530', 'xingji/v1/53/command', false],
    ['platform', '5301', 'xingji/v1/command', false],
    ['platform', '', 'xingji/v1/53/reply', false],
    ['supervisor', '', 'xingji/v1/53/command', false],
  ];
  it.each(table)('as %s with prefix "%s" to %s: %s', (role, prefix, topic, granted) => {
    expect(acl.mayPublish(account(role, prefix), topic)).toBe(granted);
  });
});

describe('receiving', () => {
  const digits = fc.stringMatching(/^\d{6}$/);

  it('is bounded by the division prefix, whatever was subscribed to', () => {
    fc.assert(
      fc.property(
        digits,
        digits,
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(...LEAVES),
        (own, division, length, leaf) => {
          const prefix = own.slice(0, length);
          const topic = terminalTopic('xingji/v1', division, '13912345678', leaf);
          expect(acl.mayReceive(account('platform', prefix), topic)).toBe(division.startsWith(prefix));
          expect(topic).toContain(divisionLevels(division));
        },
      ),
    );
  });

  it('never goes beyond what could have been subscribed to by name', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ROLES),
        digits,
        digits,
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(...LEAVES),
        (role, own, division, length, leaf) => {
          const who = account(role, own.slice(0, length));
          const topic = terminalTopic('xingji/v1', division, '13912345678', leaf);
          expect(acl.mayReceive(who, topic)).toBe(acl.maySubscribe(who, topic));
        },
      ),
    );
  });

  it('is refused for anything outside the contract', () => {
    for (const topic of [
      '$SYS/x',
      'other/53/01/02/1/event',
      'xingji/v1/53/event',
      'xingji/v1/530102/1/2/3/event',
      'xingji/v1/',
    ]) {
      expect(acl.mayReceive(account('operator', ''), topic)).toBe(false);
    }
  });
});

describe('topics of EMQX’s form', () => {
  const dialect = createAcl('xingji/v1', 'emqx');
  const up = 'jt808/013912345678/013912345678/up';
  const down = 'jt808/013912345678/013912345678/dn';

  it('are for platforms and operators of all divisions only', () => {
    const may = (role: Role, prefix: string): boolean[] => {
      const one = account(role, prefix);
      return [dialect.maySubscribe(one, 'jt808/+/+/up'), dialect.mayReceive(one, up), dialect.mayPublish(one, down)];
    };
    expect(may('platform', '')).toEqual([true, true, true]);
    expect(may('operator', '')).toEqual([true, true, true]);
    expect(may('platform', '53')).toEqual([false, false, false]);
    expect(may('supervisor', '')).toEqual([false, false, false]);
  });

  it('are taken from platforms only as commands, and not at all where the dialect is not spoken', () => {
    const platform = account('platform', '');
    expect(dialect.mayPublish(platform, up)).toBe(false);
    expect(dialect.mayPublish(platform, 'jt808/+/+/dn')).toBe(false);
    expect(acl.maySubscribe(platform, 'jt808/+/+/up')).toBe(false);
    expect(acl.mayPublish(platform, down)).toBe(false);
  });
});
