import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../simulator/link/target.ts';

describe('the address of a platform', () => {
  it.each([
    ['tcp://127.0.0.1:8808', { transport: 'tcp', host: '127.0.0.1', port: 8808 }],
    ['udp://gps.example.com:7611', { transport: 'udp', host: 'gps.example.com', port: 7611 }],
    ['tcp://[::1]:8808', { transport: 'tcp', host: '::1', port: 8808 }],
  ])('%s is read', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it.each([
    '',
    '127.0.0.1:8808',
    'http://127.0.0.1:80',
    'tcp://127.0.0.1',
    'tcp://h:0',
    'tcp://h:65536',
    'tcp://::1:8808',
  ])('%j is none', (text) => {
    expect(parseTarget(text)).toBeUndefined();
  });
});
