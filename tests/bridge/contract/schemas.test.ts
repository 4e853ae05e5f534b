import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  BRIDGE_FAULTS,
  checker,
  CONTRACT_SCHEMAS,
  contractSchema,
  factFaults,
  factOf,
  FEEDS,
} from '../../../bridge/index.ts';
import { GATEWAY_STATUS } from '../../../bridge/contract/payloads.ts';
import { statusPayload } from '../../../bridge/mqtt/outlet.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { event, position, state } from '../support/envelopes.ts';

describe('the contract', () => {
  it('has a document of JSON Schema 2020-12 for every payload', () => {
    expect(Object.keys(CONTRACT_SCHEMAS).toSorted()).toEqual(
      [
        ...Object.keys(FEEDS).map((kind) => `feed/${kind}`),
        'position',
        'message',
        'state',
        'event',
        'reply',
        'command',
        'groupCommand',
        'groupReply',
        'gatewayStatus',
        'feedRejected',
      ].toSorted(),
    );
    for (const name of Object.keys(CONTRACT_SCHEMAS)) {
      const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
      const document = JSON.parse(JSON.stringify(contractSchema(name))) as object;
      expect(document).toMatchObject({ $id: `urn:xingji:v1:${name}`, type: 'object' });
      expect(() => ajv.compile(document)).not.toThrow();
    }
    expect(contractSchema('nothing')).toBeUndefined();
  });

  it('is kept by what the gateway says', () => {
    for (const { kind, payload } of [position(1), state(1), event()]) {
      const schema = CONTRACT_SCHEMAS[kind];
      expect(schema === undefined ? ['no schema'] : checker(schema)(payload)).toEqual([]);
    }
    expect(checker(GATEWAY_STATUS)(JSON.parse(statusPayload('edge-1', true, new VirtualClock())))).toEqual([]);
  });

  it('sees what is missing or wrong', () => {
    const check = checker(CONTRACT_SCHEMAS['position'] as NonNullable<(typeof CONTRACT_SCHEMAS)[string]>);
    const { latitude: _, ...lacking } = position(1).payload;
    expect(check(lacking)).toEqual(['latitude: is missing']);
    expect(check({ ...position(1).payload, revision: 2015 })).toEqual([
      'revision: is 2015, expected one of 2011, 2013, 2019',
    ]);
    expect(check({ ...position(1).payload, fix: 'gps' })).toEqual(['fix: is "gps", expected one of "gnss", "none"']);
  });
});

describe('facts', () => {
  const good: Record<keyof typeof FEEDS, object> = {
    archive: {
      id: '1',
      vehicle: 'v',
      plate: '云A12345',
      plateColor: 'blue',
      division: '530102',
      unit: 'u',
      terminal: '13912345678',
    },
    exemption: {
      id: '1',
      terminal: '13912345678',
      reason: 'r',
      approvedBy: 'a',
      from: '2026-01-01T00:00:00Z',
      until: '2026-02-01T00:00:00Z',
    },
    workOrder: {
      id: '1',
      kind: 'tow',
      plate: '云A12345',
      from: '2026-01-01T00:00:00Z',
      until: '2026-02-01T00:00:00Z',
      place: { latitude: 25, longitude: 102, radius: 50 },
    },
    order: {
      id: '1',
      plate: '云A12345',
      from: '2026-01-01T00:00:00Z',
      until: '2026-01-02T00:00:00Z',
      purpose: 'p',
      approver: 'a',
      filedAt: '2026-01-01T00:00:00Z',
    },
    calendar: { id: '1', date: '2026-10-01', kind: 'holiday' },
    place: {
      id: '1',
      kind: 'depot',
      polygon: [
        { latitude: 25, longitude: 102 },
        { latitude: 25, longitude: 103 },
        { latitude: 26, longitude: 103 },
      ],
    },
  };

  it.each(Object.keys(good) as (keyof typeof FEEDS)[])(
    'of kind %s pass, may be deleted, and are refused with a field unknown or without id',
    (kind) => {
      const check = (value: unknown) => factFaults(kind, value);
      expect(check(good[kind])).toEqual([]);
      expect(check({ ...good[kind], deleted: true })).toEqual([]);
      expect(check({ ...good[kind], colour: 1 })).toEqual(['colour: is not a known field']);
      const { id: _, ...lacking } = good[kind] as { id: string };
      expect(check(lacking)).toEqual(['id: is missing']);
      expect(check({ id: '1', deleted: true })).toEqual([]);
      expect(check({ id: '1', deleted: true, colour: 1 })).toEqual(['colour: is not a known field']);
      expect(factOf(good[kind])).toEqual(good[kind]);
      expect(factOf({ ...good[kind], deleted: true })).toEqual({ id: '1', deleted: true });
    },
  );

  it.each([
    ['exemption', { plate: '云A1', terminal: undefined }, 'terminal: is missing, expected it, or plate and plateColor'],
    [
      'exemption',
      { until: '2025-01-01T00:00:00Z' },
      'until: is 2025-01-01T00:00:00Z, expected a time after from (2026-01-01T00:00:00Z)',
    ],
    ['workOrder', { plate: undefined }, 'terminal: is missing, expected it, or plate'],
    ['place', { radius: 5 }, 'polygon: expected either it, or latitude, longitude and radius'],
    ['place', { polygon: undefined }, 'polygon: expected either it, or latitude, longitude and radius'],
  ] as const)('of kind %s with %o are refused', (kind, over, fault) => {
    const value = JSON.parse(JSON.stringify({ ...good[kind], ...over })) as object;
    expect(factFaults(kind, value)).toEqual([fault]);
  });
});

it('every code has a sentence for the operator', () => {
  for (const [code, sentence] of Object.entries(BRIDGE_FAULTS)) {
    expect(code).toMatch(/^[A-Z_]+$/);
    expect(sentence).toMatch(/^[A-Z].+\.$/);
  }
});
