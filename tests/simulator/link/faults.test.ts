import { describe, expect, it } from 'vitest';
import { NO_FAULTS, parseFaults } from '../../../simulator/link/faults.ts';

describe('the text of --faults', () => {
  it.each([
    ['loss=0.01', { loss: 0.01 }],
    ['loss=0.01,delay=50ms, split=0.2', { loss: 0.01, delay: 50, split: 0.2 }],
    ['delay=1.5s,halfOpen=1,reset=0', { delay: 1500, halfOpen: 1, reset: 0 }],
    ['rebind=0.01,splitAt=7,joinTo=1400', { rebind: 0.01, splitAt: 7, joinTo: 1400 }],
  ])('%s is read', (text, faults) => {
    expect(parseFaults(text)).toEqual({ faults: { ...NO_FAULTS, ...faults } });
  });

  it.each([
    ['loss=2', 'loss'],
    ['loss=', 'loss'],
    ['loss', 'loss'],
    ['delay=50', 'delay'],
    ['delay=2000s', 'delay'],
    ['jitter=0.1', 'jitter'],
    ['splitAt=-1', 'splitAt'],
    ['joinTo=1.5', 'joinTo'],
    ['joinTo=70000', 'joinTo'],
    ['', "''"],
  ])('%j is refused in one line that names it', (text, name) => {
    const parsed = parseFaults(text);
    expect('wrong' in parsed ? parsed.wrong : []).toEqual([expect.stringContaining(name)]);
  });

  it('has a line for every part that is wrong', () => {
    expect(parseFaults('loss=2,split=0.1,flip=x')).toEqual({ wrong: [expect.any(String), expect.any(String)] });
  });
});
