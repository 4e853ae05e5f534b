import { expect, it } from 'vitest';
import { certificateAtFront, shownToFront } from '../../../gateway/api/front-certificate.ts';

it('a certificate is believed of the front alone', () => {
  expect(certificateAtFront(shownToFront('ab12', 'secret'), 'secret')).toBe('ab12');
  for (const header of [undefined, '', 'ab12', 'secret', 'secret ', 'guess1 ab12', ['secret ab12']])
    expect(certificateAtFront(header, 'secret')).toBeUndefined();
});
