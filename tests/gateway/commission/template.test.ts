import { describe, expect, it } from 'vitest';
import { readTemplates, type Template, templateFor, USUAL_LIMITS } from '../../../gateway/commission/template.ts';

const read = (value: unknown): readonly Template[] => {
  const templates = readTemplates(value);
  if ('wrong' in templates) throw new Error(templates.wrong.join('; '));
  return templates;
};

describe('templates', () => {
  it('are read with what they leave out', () => {
    const [template] = read({
      name: 'a',
      server: 'h.example:7611',
      params: { heartbeatInterval: 30 },
      limits: { csq: 9 },
    });
    expect(template).toMatchObject({ name: 'a', server: { host: 'h.example', port: 7611 }, units: [] });
    expect(template!.limits).toEqual({ ...USUAL_LIMITS, csq: 9 });
  });

  it.each([
    ['text', /expected a template/],
    [{ parms: {} }, /parms: no such field, expected name, units/],
    [{ server: 'h' }, /server: is "h", expected host:port/],
    [{ server: 'h:70000' }, /expected host:port/],
    [{ units: 'a' }, /units: expected a list of texts/],
    [{ limits: { csqq: 1 } }, /limits\.csqq: no such limit, expected clockS/],
    [{ limits: { csq: 'x' } }, /limits\.csq: expected a number/],
    [{ limits: { restV: { 12: [1] } } }, /limits\.restV/],
    [[{ name: 'a' }, { params: 3 }], /1\.params: expected parameters by name/],
  ])('%j is refused by its path', (value, line) => {
    const templates = readTemplates(value);
    expect('wrong' in templates && templates.wrong[0]).toMatch(line);
  });

  it('are chosen by unit, then by the longest division, then for anybody', () => {
    const all = read([
      { name: 'anybody' },
      { name: 'province', divisions: ['53'] },
      { name: 'city', divisions: ['5301', '52'] },
      { name: 'unit', units: ['甲'], divisions: ['11'] },
    ]);
    const chosen = (of: { unit?: string; division?: string }): string | undefined => templateFor(all, of)?.name;
    expect(chosen({ unit: '甲', division: '530102' })).toBe('unit');
    expect(chosen({ unit: '乙', division: '530102' })).toBe('city');
    expect(chosen({ division: '532300' })).toBe('province');
    expect(chosen({ division: '610000' })).toBe('anybody');
    expect(chosen({})).toBe('anybody');
    expect(templateFor(read([{ name: 'unit', units: ['甲'] }]), {})).toBeUndefined();
  });
});
