import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsv, parseCsv } from '../../../../gateway/registry/exchange/csv.ts';
import { decodeText, readArchives } from '../../../../gateway/registry/exchange/read-archives.ts';
import { archivePages } from '../../../../gateway/registry/exchange/write-archives.ts';
import { archive, registryInMemory, state } from '../../support/archives.ts';

describe('comma-separated values', () => {
  it('are read back as they were written, whatever stands in a cell', () => {
    const cell = fc.string({ maxLength: 8 }).map((text) => text.trim().replace(/^'+/, ''));
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (table, end) => {
        const text = table.map((row) => formatCsv(row)).join(end);
        // A cell keeps no blanks around it, and no line end of another system at its end.
        const clean = table.map((row) => row.map((each) => each.replace(/\r$/, '').trim()));
        expect([...parseCsv(text)].map(({ cells }) => cells)).toEqual(clean);
      }),
    );
  });

  it('tell the line on which a row begins, past line ends in cells and empty lines', () => {
    expect([...parseCsv('\ufeffa,b\n"x\ny",2\n\n3,4\r\n')]).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['x\ny', '2'] },
      { line: 5, cells: ['3', '4'] },
    ]);
  });

  it('keep a spreadsheet from running what a cell says', () => {
    expect(formatCsv(['=1+1', '-x', 'a"b', null, 7])).toBe(`'=1+1,'-x,"a""b",,7`);
  });
});

describe('a file of vehicles', () => {
  const head = 'vehicle,plate,plateColor,division,unit,terminal';

  it('is read with English or Chinese names, in UTF-8 or GB 18030', () => {
    const chinese = '车辆,车牌号,车牌颜色,行政区划,单位,终端手机号\nV1,云A1,蓝,530102,局,013900000001\n';
    const { facts, lines, faulty } = readArchives(chinese, 'csv');
    expect([facts, lines, faulty]).toEqual([
      [
        {
          id: 'V1',
          vehicle: 'V1',
          plate: '云A1',
          plateColor: 1,
          division: '530102',
          unit: '局',
          terminal: '013900000001',
        },
      ],
      [2],
      0,
    ]);
    expect(decodeText(new TextEncoder().encode('云A1'))).toBe('云A1');
    expect(decodeText(Uint8Array.of(0xd4, 0xc6, 0x41))).toBe('云A');
  });

  it('tells every fault with its line, twins in the file among them', () => {
    const rows = [
      'V1,云A1,blue,530102,u,1',
      'V2,云A2,blue,53,u,2',
      'V1,云A1,1,530102,u,01',
      'V3,云A3,blue,530102,u,3,x',
    ];
    const { faults, faulty } = readArchives([head, ...rows].join('\n'), 'csv');
    expect(faulty).toBe(3);
    expect(faults).toEqual([
      { line: 3, fault: 'division: is "53", must match pattern "^\\d{6}$"' },
      { line: 4, fault: 'id: is V1, as in line 2' },
      { line: 4, fault: 'terminal: is 01, as in line 2' },
      { line: 4, fault: 'plate: is 云A1, as in line 2' },
      { line: 5, fault: 'has 7 cells, expected 6' },
    ]);
  });

  it('with columns that nobody knows is refused by their names', () => {
    expect(readArchives(`${head},colour\n`, 'csv').faults[0]?.fault).toContain('"colour": is no known column');
  });

  it('may be JSON lines or a JSON array', () => {
    const facts = [archive('1', '100'), archive('2', '200')];
    const lines = `${facts.map((each) => JSON.stringify(each)).join('\n\n')}\n{`;
    expect(readArchives(lines, 'json')).toMatchObject({
      facts,
      lines: [1, 3],
      faults: [{ line: 4, fault: 'is not JSON' }],
    });
    expect(readArchives(JSON.stringify(facts), 'json').facts).toEqual(facts);
  });

  it.each(['csv', 'json'] as const)('comes out as %s as it went in', (format) => {
    const registry = registryInMemory();
    const facts = [archive('1', '100', { plateColor: 1, iccid: '8986' }), archive('2', '200', { unit: '局, "甲"' })];
    registry.apply(
      facts.map((fact) => state('archive', fact)),
      { who: 'x', prefix: '', at: 1 },
    );
    const text = [...archivePages(registry, format)].join('');
    const again = readArchives(text, format).facts;
    expect(again.map((fact) => ({ ...fact, plateColor: 1 }))).toEqual(
      facts.map((fact) => ({ ...fact, plateColor: 1 })),
    );
    registry.close();
  });
});
