import { describe, expect, it } from 'vitest';
import { Registry } from '../../../gateway/registry/registry.ts';
import { record, show, TERMINAL } from '../support/records.ts';

function registryOf(...payloads: (readonly ['registration' | 'feed' | 'frame', object])[]): {
  registry: Registry;
  changed: string[];
} {
  const registry = new Registry();
  const changed: string[] = [];
  show(
    payloads.map(([kind, payload]) => record(kind, payload)),
    (view) => registry.apply(view, (kind, key) => changed.push(`${kind} ${key}`)),
  );
  return { registry, changed };
}

const registration = (over: object = {}): readonly ['registration', object] => [
  'registration',
  {
    fact: 'registered',
    code: 'hash',
    registration: { terminal: TERMINAL, plate: '云A00001', provinceId: 53, cityId: 102, ...over },
  },
];
const archive: readonly ['feed', object] = [
  'feed',
  { feed: 'archive', fact: { id: '1', plate: '云A99999', division: '532901', terminal: TERMINAL } },
];

describe('who a terminal is', () => {
  it('is unknown while nobody said', () => {
    expect(new Registry().identity(TERMINAL)).toEqual({ vehicle: null, division: '000000' });
  });

  it('is what it registered as', () => {
    expect(registryOf(registration()).registry.identity(TERMINAL)).toEqual({ vehicle: '云A00001', division: '530102' });
  });

  it('is without plate and division where the registration leaves them out', () => {
    const { registry } = registryOf(registration({ plate: '', provinceId: 0, cityId: 0 }));
    expect(registry.identity(TERMINAL)).toEqual({ vehicle: null, division: '000000' });
  });

  it('is what the archive says, whatever it says of itself and whoever spoke first', () => {
    for (const order of [
      [registration(), archive],
      [archive, registration()],
    ]) {
      const { registry } = registryOf(...order);
      expect(registry.identity(TERMINAL)).toEqual({ vehicle: '云A99999', division: '532901' });
    }
  });
});

it('a registry says which rows are to be kept anew', () => {
  expect(registryOf(registration(), archive, ['frame', {}]).changed).toEqual([`registration ${TERMINAL}`, 'archive 1']);
});
