import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commandFilter,
  feedRejectedTopic,
  feedTopic,
  gatewayStatusTopic,
  parseCommandTopic,
  terminalTopic,
  topicMatches,
  topicOf,
} from '../../../bridge/index.ts';
import {
  feedFilter,
  groupFilters,
  groupTopic,
  parseFeedTopic,
  parseGroupTopic,
} from '../../../bridge/contract/topics.ts';
import { event, position, state } from '../support/envelopes.ts';

describe('topics of the contract', () => {
  it('have the division as three levels and the kind at the end', () => {
    expect([position(1), state(1), event()].map((envelope) => topicOf(envelope))).toEqual([
      'xingji/v1/53/01/02/13912345678/position',
      'xingji/v1/53/01/02/13912345678/state',
      'xingji/v1/53/01/02/13912345678/event',
    ]);
    expect(topicOf(position(1), 'p')).toBe('p/53/01/02/13912345678/position');
    expect(gatewayStatusTopic('edge-1')).toBe('xingji/v1/gateway/edge-1/status');
    expect([feedTopic('order'), feedRejectedTopic('order')]).toEqual([
      'xingji/v1/feed/order',
      'xingji/v1/feed/order/rejected',
    ]);
  });

  it('of commands are read back as they were made, and match the filter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{6}$/), fc.stringMatching(/^\d{1,20}$/), (division, terminal) => {
        const topic = terminalTopic('xingji/v1', division, terminal, 'command');
        expect(parseCommandTopic(topic)).toEqual({ division, terminal });
        expect(topicMatches(commandFilter(), topic)).toBe(true);
      }),
    );
  });

  it.each([
    'xingji/v1/53/01/02/13912345678/reply',
    'xingji/v1/53/01/13912345678/command',
    'xingji/v1/53/01/02//command',
    'xingji/v1/5/301/02/139/command',
    'xingji/v1/53/01/0x/139/command',
    'xingji/v1/53/01/02/139/command/more',
    'xingji/v1/53/01/02/1+9/command',
    'xingji/v2/53/01/02/139/command',
    'xingji/v11/53/01/02/139/command',
  ])('%s is no command topic', (topic) => {
    expect(parseCommandTopic(topic)).toBeUndefined();
  });

  it('of feeds are read back where the kind is known', () => {
    expect(
      ['order', 'place', 'orders', 'order/rejected', ''].map((kind) => parseFeedTopic(`xingji/v1/feed/${kind}`)),
    ).toEqual(['order', 'place', undefined, undefined, undefined]);
    expect(topicMatches(feedFilter(), feedTopic('order'))).toBe(true);
    expect(topicMatches(feedFilter(), feedRejectedTopic('order'))).toBe(false);
  });
});

describe('topics for commands to many', () => {
  it('stand at every level of divisions, and are read back', () => {
    for (const division of ['', '53', '5301', '530102']) {
      const topic = groupTopic('xingji/v1', division, 'command');
      expect(parseGroupTopic(topic)).toBe(division);
      expect(groupFilters().filter((filter) => topicMatches(filter, topic)).length).toBe(1);
      expect(parseCommandTopic(topic)).toBeUndefined();
    }
  });

  it('are no others', () => {
    for (const topic of ['xingji/v1/5/command', 'xingji/v1/53/01/02/03/command', 'xingji/v1/feed/command', 'x/command'])
      expect(parseGroupTopic(topic)).toBeUndefined();
  });
});

describe('matching', () => {
  const table: [filter: string, topic: string, matches: boolean][] = [
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['#', 'a/b', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['+', '/a', false],
    ['+/+', '/a', true],
    ['a', 'a/b', false],
  ];
  it.each(table)('%s against %s: %s', (filter, topic, matches) => {
    expect(topicMatches(filter, topic)).toBe(matches);
  });
});
