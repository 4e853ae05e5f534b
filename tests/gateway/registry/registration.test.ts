import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyRegistration,
  codesOf,
  packCodes,
  type Registration,
  type RegistrationFact,
  Registrations,
} from '../../../gateway/registry/registration.ts';
import { hashOf } from '../../../gateway/session/codes.ts';
import { record, show, TERMINAL } from '../support/records.ts';

const registered = (code: string, plate = '云A12345'): RegistrationFact => ({
  fact: 'registered',
  code: hashOf(code),
  registration: {
    terminal: TERMINAL,
    phone: '013912345678',
    revision: 2013,
    registeredAt: 5,
    provinceId: 53,
    cityId: 102,
    manufacturerId: 'XJING',
    terminalModel: 'XJ-1',
    terminalId: 'T000001',
    plateColor: 'blue',
    plate,
  },
});
const confirmed: RegistrationFact = { fact: 'confirmed', terminal: TERMINAL };
const deregistered: RegistrationFact = { fact: 'deregistered', terminal: TERMINAL };

const anyFact: fc.Arbitrary<RegistrationFact> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e').map((code) => registered(code)) },
  fc.constant(confirmed),
  fc.constant(deregistered),
);
/** Codes that are good, by what they are hashes of. */
const good = (registration: Registration | undefined): (string | undefined)[] | undefined =>
  registration && codesOf(registration).map((hash) => ['a', 'b', 'c', 'd', 'e'].find((code) => hashOf(code) === hash));
const after = (facts: readonly RegistrationFact[]): Registration | undefined =>
  facts.reduce<Registration | undefined>(applyRegistration, undefined);

describe('a registration', () => {
  it('puts its code first and keeps the ones before, three at most', () => {
    expect(good(after(['a', 'b', 'c', 'd'].map((code) => registered(code))))).toEqual(['d', 'c', 'b']);
  });

  it('confirmed is good for its newest code alone', () => {
    expect(good(after([registered('a'), registered('b'), confirmed]))).toEqual(['b']);
  });

  it('holds what the terminal said last of itself', () => {
    expect(after([registered('a', '云A1'), registered('b', '云A2')])).toMatchObject({
      plate: '云A2',
      codes: packCodes(['b', 'a'].map(hashOf)),
    });
  });

  it('always has one to three codes, the last one first and none twice, unless it was given up', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 20 }), (facts) => {
        const registration = after(facts);
        const from = facts.findLastIndex(({ fact }) => fact === 'deregistered') + 1;
        const codes = facts.slice(from).flatMap((fact) => (fact.fact === 'registered' ? [fact.code] : []));
        const kept = registration === undefined ? [] : codesOf(registration);
        expect(kept[0]).toBe(codes.at(-1));
        expect(kept.length).toBeLessThanOrEqual(3);
        expect(new Set(kept).size).toBe(kept.length);
      }),
    );
  });

  it('is not changed by what is applied to it', () => {
    const before = after([registered('a'), registered('b')])!;
    const copy = structuredClone(before);
    applyRegistration(before, registered('c'));
    applyRegistration(before, confirmed);
    expect(before).toEqual(copy);
  });
});

describe('all registrations', () => {
  const hear = (
    registrations: Registrations,
    facts: readonly RegistrationFact[],
    first = 1,
  ): (string | undefined)[] => {
    const changed: (string | undefined)[] = [];
    show(
      facts.map((fact) => record('registration', fact)),
      (view) => changed.push(registrations.apply(view)),
      first,
    );
    return changed;
  };

  it('say whose changed, and forget what was given up', () => {
    const registrations = new Registrations();
    expect(hear(registrations, [registered('a')])).toEqual([TERMINAL]);
    expect([registrations.size, good(registrations.get(TERMINAL))]).toEqual([1, ['a']]);
    expect(JSON.parse(registrations.snapshot(TERMINAL)!)).toMatchObject({ registration: { codes: [hashOf('a')] } });
    hear(registrations, [deregistered], 2);
    expect([registrations.size, registrations.get(TERMINAL), registrations.snapshot(TERMINAL)]).toEqual([
      0,
      undefined,
      null,
    ]);
  });

  it('take no notice of other records, nor of one that is no JSON', () => {
    const registrations = new Registrations();
    const changed: unknown[] = [];
    show([record('frame', new Uint8Array(12)), record('registration', Uint8Array.of(1, 2))], (view) =>
      changed.push(registrations.apply(view)),
    );
    expect([changed, registrations.size]).toEqual([[undefined, undefined], 0]);
  });

  it('come to the same from any snapshot and any record that is not behind it', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 12 }), fc.nat(), fc.nat(), (facts, snapshotAt, from) => {
        const straight = new Registrations();
        hear(straight, facts);
        const at = snapshotAt % (facts.length + 1);
        const before = new Registrations();
        hear(before, facts.slice(0, at));
        const again = new Registrations();
        const row = before.snapshot(TERMINAL);
        if (row !== null) again.restore(TERMINAL, row);
        const cursor = from % (at + 1);
        hear(again, facts.slice(cursor), cursor + 1);
        expect(again.get(TERMINAL)).toEqual(straight.get(TERMINAL));
      }),
    );
  });
});
