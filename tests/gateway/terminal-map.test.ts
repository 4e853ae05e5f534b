import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TerminalMap } from '../../gateway/terminal-map.ts';

const terminal = fc.constantFrom('', '13900000001', '13900000002', '13900000003');
const step = fc.oneof(
  fc.record({ op: fc.constant('get' as const), terminal, value: fc.nat() }),
  fc.record({ op: fc.constant('set' as const), terminal, value: fc.nat() }),
  fc.record({ op: fc.constant('delete' as const), terminal, value: fc.nat() }),
);

it('a map by terminal answers as a map does, whatever was asked, set and deleted before', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const map = new TerminalMap<number>();
      const model = new Map<string, number>();
      for (const { op, terminal: of, value } of steps) {
        if (op === 'set') {
          map.set(of, value);
          model.set(of, value);
        } else if (op === 'delete') {
          map.delete(of);
          model.delete(of);
        } else expect(map.get(of)).toBe(model.get(of));
        expect(map.size).toBe(model.size);
      }
    }),
  );
});
