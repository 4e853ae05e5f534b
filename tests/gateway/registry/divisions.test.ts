import { describe, expect, it } from 'vitest';
import { divisionByCode, divisionsBelow } from '../../../gateway/registry/divisions.ts';
import { plateColorCode, samePlateColor } from '../../../gateway/registry/plate-color.ts';

describe('divisions', () => {
  it('have names from the province down', () => {
    expect(divisionByCode('530102')).toEqual({
      code: '530102',
      name: '五华区',
      level: 'county',
      path: ['云南省', '昆明市', '五华区'],
    });
    expect(divisionByCode('530000')).toMatchObject({ level: 'province', path: ['云南省'] });
    expect(divisionByCode('999999')).toBeUndefined();
  });

  it('hang in a tree in which each is found once', () => {
    const below = (code: string): readonly string[] =>
      divisionsBelow(code).flatMap((each) => [each.code, ...(each.code.endsWith('00') ? below(each.code) : [])]);
    const all = below('');
    expect(all.length).toBeGreaterThan(3000);
    expect(new Set(all).size).toBe(all.length);
    expect(divisionsBelow('')).toHaveLength(34);
    expect(divisionsBelow('530000').map(({ name }) => name)).toContain('昆明市');
    expect(divisionsBelow('530100').map(({ name }) => name)).toContain('五华区');
    expect(divisionsBelow('530102')).toEqual([]);
  });
});

describe('colours of plates', () => {
  it('are the same by code, by name and in Chinese', () => {
    expect(['blue', '蓝色', 1, '1'].map(plateColorCode)).toEqual([1, 1, 1, 1]);
    expect(samePlateColor('渐变绿', 94)).toBe(true);
    expect(samePlateColor('blue', 'yellow')).toBe(false);
    expect(samePlateColor('puce', 'puce')).toBe(true);
    expect(samePlateColor('puce', 'blue')).toBe(false);
  });
});
