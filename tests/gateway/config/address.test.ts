import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, isLoopback, parseAddress } from '../../../gateway/config/address.ts';

describe('an address', () => {
  test('is the same after it was written and read, for any host and port', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(host, fc.integer({ min: 0, max: 65_535 }), (name, port) => {
        expect(parseAddress(formatAddress({ host: name, port }))).toEqual({ host: name, port });
      }),
    );
  });

  test.each([
    '',
    ':80',
    'h',
    'h:',
    'h:-1',
    'h:99999',
    'h:80:80',
    '::1:80',
    '[::1]',
    '[h]:80',
    'a b:80',
    '-h:80',
    '1.2.3:80',
    '1.2.3.4.5:80',
    'h/x:80',
  ])('is not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    ['127.0.0.1', true],
    ['127.255.0.3', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['0.0.0.0', false],
    ['::', false],
    ['128.0.0.1', false],
    ['127.0.0.1.example.com', false],
    ['127.evil', false],
    ['', false],
  ])('%s: reached from this machine only: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
