import { beforeEach, describe, expect, it } from 'vitest';
import { type IdentityCheck, identityCheck, type IdentityMode } from '../../../gateway/registry/identity-check.ts';
import { Registry } from '../../../gateway/registry/registry.ts';
import type { Grant } from '../../../gateway/session/session.ts';
import { archive } from '../support/archives.ts';
import { record, show } from '../support/records.ts';

const grant = (over: Partial<Grant> = {}): Grant => ({
  terminal: '100',
  phone: '000000000100',
  revision: 2013,
  registeredAt: 0,
  provinceId: 53,
  cityId: 102,
  manufacturerId: 'XJING',
  terminalModel: 'XJ-1',
  terminalId: 'T1',
  plateColor: 'blue',
  plate: '云A1',
  ...over,
});

let registry: Registry;
let seq: number;
beforeEach(() => {
  registry = new Registry();
  seq = 1;
});

const hear = (kind: 'feed' | 'registration', payload: object): void => {
  show([record(kind, payload)], (view) => registry.apply(view, () => {}), seq++);
};
const archived = (over: Parameters<typeof archive>[2] = {}): void =>
  hear('feed', {
    feed: 'archive',
    fact: archive('1', '0100', { terminalId: '00T1', imei: '86', iccid: '8986', ...over }),
  });
const registered = (over: Partial<Grant>): void =>
  hear('registration', { fact: 'registered', registration: grant(over), code: 'x' });
const check = (mode: IdentityMode): IdentityCheck => identityCheck(registry, mode);

describe('a registration', () => {
  it('fits whatever padding, case and colour it is said in', () => {
    archived();
    for (const mode of ['note', 'refuse'] as const)
      expect(check(mode).registration(grant({ terminalId: 't1\0\0', plateColor: 1 }))).toEqual({
        result: 'success',
        mismatches: [],
      });
  });

  it.each([
    ['a plate that nobody has', { plate: '云B9' }, 'plate', 'noSuchVehicleInDatabase'],
    ['the plate of a terminal that is registered', { plate: '云A2' }, 'plate', 'vehicleAlreadyRegistered'],
    ['another colour', { plateColor: 'yellow' }, 'plateColor', 'noSuchVehicleInDatabase'],
    ['a terminal id that nobody has', { terminalId: 'T9' }, 'terminalId', 'noSuchTerminalInDatabase'],
    ['the id of a terminal that is registered', { terminalId: 'T2' }, 'terminalId', 'terminalAlreadyRegistered'],
  ] as const)('with %s is noted, and refused where the check is strict', (_what, over, what, result) => {
    archived();
    registered({ terminal: '200', plate: '云A2', terminalId: 'T2' });
    const claim = grant(over);
    expect(check('off').registration(claim)).toEqual({ result: 'success', mismatches: [] });
    expect(check('note').registration(claim)).toMatchObject({ result: 'success', mismatches: [{ what }] });
    expect(check('refuse').registration(claim)).toMatchObject({ result, mismatches: [{ what }] });
  });

  it('that says nothing fits, but not under a strict check', () => {
    archived();
    const claim = grant({ plate: '', terminalId: '' });
    expect(check('note').registration(claim)).toMatchObject({ result: 'success', mismatches: [] });
    expect(check('refuse').registration(claim)).toMatchObject({ result: 'noSuchVehicleInDatabase' });
  });

  it('without an archive is held against its last one and against those of others', () => {
    registered({});
    registered({ terminal: '200', plate: '云A2', terminalId: 'T2' });
    expect(check('refuse').registration(grant())).toMatchObject({ result: 'success', mismatches: [] });
    // Another device in the same vehicle may be a repair: noted, not refused.
    expect(check('refuse').registration(grant({ terminalId: 'T9' }))).toEqual({
      result: 'success',
      mismatches: [{ what: 'terminalId', expected: 'T1', said: 'T9' }],
    });
    expect(check('refuse').registration(grant({ terminalId: 'T2' }))).toMatchObject({
      result: 'terminalAlreadyRegistered',
      mismatches: [{ other: '200' }],
    });
    expect(check('refuse').registration(grant({ plate: '云A2' })).result).toBe('vehicleAlreadyRegistered');
  });

  it('finds nobody in what another said once and says no longer', () => {
    registered({ terminal: '200', terminalId: 'T2', plate: '云A2' });
    registered({ terminal: '200', terminalId: 'T3', plate: '云A3' });
    hear('registration', { fact: 'deregistered', terminal: '200' });
    expect(check('refuse').registration(grant({ terminalId: 'T2', plate: '云A3' }))).toMatchObject({
      result: 'success',
    });
  });
});

describe('a device number', () => {
  it('is held against the archive, where both say one', () => {
    archived();
    expect(check('note').device('100', 'imei', '87')).toEqual({ what: 'imei', expected: '86', said: '87' });
    expect(check('note').device('100', 'iccid', '8986')).toBeUndefined();
    expect(check('note').device('100', 'imei', '')).toBeUndefined();
    expect(check('note').device('200', 'imei', '87')).toBeUndefined();
    expect(check('off').device('100', 'imei', '87')).toBeUndefined();
  });
});
