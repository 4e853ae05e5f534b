/** A value as people read it: texts and numbers as they are, lists and objects in one line. */
import type { Json } from '../../protocol/index.ts';

export function jsonText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(jsonText).join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, each]) => `${name} ${jsonText(each)}`)
      .join(', ');
  return String(value);
}
